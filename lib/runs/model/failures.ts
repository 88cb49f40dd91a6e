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
  const tails = new Map<string, string[]>();
  const ends = new Map<string, Event<'step-end'>>();
  const found: Failure[] = [];
  const keep = (key: string, text: string) => {
    const tail = tails.get(key) ?? [];
    tails.set(key, tail);
    tail.push(text.slice(0, LONGEST));
    if (tail.length > KEPT) tail.shift();
  };
  return {
    failures: () => found,
    see: (event) => {
      if (event.type === 'step-log') keep(`${event.taskRun} ${event.step}`, event.text);
      if (event.type === 'step-end') {
        if (event.exitCode === 0) tails.delete(`${event.taskRun} ${event.step}`);
        else ends.set(event.taskRun, event);
      }
      // What an earlier try wrote is not why this one fails.
      if (event.type === 'task-start') ends.delete(event.taskRun);
      if (event.type !== 'task-end' || event.status !== 'Failed') return;
      const end = ends.get(event.taskRun);
      const lines = end ? (tails.get(`${event.taskRun} ${end.step}`) ?? []) : [];
      found.push(failureOf(event, labels.of(event), end, lines));
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
