import type { RunEvent } from '../events.ts';
import type { Labels } from '../label.ts';
import { errorLines } from './error-lines.ts';

/** A task that failed, with what is known of why. */
export interface Failure {
  readonly task: string;
  readonly taskRun: string;
  readonly label: string;
  /** The step that ended it; undefined where none did. */
  readonly step: string | undefined;
  /** In one line: `test/unit exited with 3`. */
  readonly cause: string;
  /** What the step says of it. */
  readonly lines: readonly string[];
}

/** Lines of a step, and characters of each, that are kept until the step is known to have gone well. */
const KEPT = 200;
const LONGEST = 1_000;
const TOLD = 5;

type Event<T extends RunEvent['type']> = RunEvent & { readonly type: T };

/** Watches a run for tasks that fail. */
export function watchFailures(labels: Labels): {
  readonly see: (event: RunEvent) => void;
  readonly failures: () => readonly Failure[];
} {
  /** What the steps of each TaskRun that goes on wrote last. */
  const tails = new Map<string, Map<string, string[]>>();
  const ends = new Map<string, Event<'step-end'>>();
  const found: Failure[] = [];
  const tailOf = ({ taskRun, step }: { readonly taskRun: string; readonly step: string }) => {
    const steps = tails.get(taskRun) ?? new Map<string, string[]>();
    tails.set(taskRun, steps);
    const tail = steps.get(step) ?? [];
    steps.set(step, tail);
    return tail;
  };
  const forget = (taskRun: string) => {
    tails.delete(taskRun);
    ends.delete(taskRun);
  };
  return {
    failures: () => found,
    see: (event) => {
      if (event.type === 'step-log') {
        const tail = tailOf(event);
        tail.push(event.text.slice(0, LONGEST));
        if (tail.length > KEPT) tail.shift();
      }
      if (event.type === 'step-end') {
        if (event.exitCode === 0) tails.get(event.taskRun)?.delete(event.step);
        else ends.set(event.taskRun, event);
      }
      // What an earlier try wrote is not why this one fails.
      if (event.type === 'task-start') forget(event.taskRun);
      if (event.type !== 'task-end') return;
      const end = ends.get(event.taskRun);
      if (event.status === 'Failed')
        found.push(failureOf(event, labels.of(event), end, end ? tailOf(end) : []));
      forget(event.taskRun);
    },
  };
}

function failureOf(
  { task, taskRun, reason, message }: Event<'task-end'>,
  label: string,
  end: Event<'step-end'> | undefined,
  lines: readonly string[],
): Failure {
  // A task that ran out of time was not ended by its step, whatever that says.
  const step = end && reason !== 'TaskRunTimeout' ? end : undefined;
  const cause = step ? exitOf(label, step) : `${label}: ${message === '' ? reason : message}`;
  return { task, taskRun, label, step: step?.step, cause, lines: step ? errorLines(lines, TOLD) : [] };
}

export function exitOf(
  label: string,
  { step, exitCode, reason }: Pick<Event<'step-end'>, 'step' | 'exitCode' | 'reason'>,
): string {
  const why = ['', 'Error', 'Completed'].includes(reason) ? '' : ` (${reason})`;
  return `${label}/${step} exited with ${exitCode}${why}`;
}
