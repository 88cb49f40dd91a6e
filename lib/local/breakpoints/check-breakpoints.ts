import { InvalidRunError } from '../model/errors.ts';
import type { Breakpoint } from './breakpoint.ts';

/** A task as far as breakpoints need it. */
export interface BreakableTask {
  readonly name: string;
  /** Undefined for a pipeline in the place of a task: what is in it is known when it starts. */
  readonly steps: readonly { readonly name?: string | undefined }[] | undefined;
  /** It does not run at all. */
  readonly isReused: boolean;
}

/** @throws {InvalidRunError} for a breakpoint that no step can reach */
export function checkBreakpoints(breakpoints: readonly Breakpoint[], tasks: readonly BreakableTask[]): void {
  for (const one of breakpoints) {
    if (one.at === 'failure') continue;
    const [outer] = one.task.split('/');
    const task = tasks.find(({ name, steps }) => name === (steps ? one.task : outer));
    if (!task)
      throw unreachable(
        one,
        `there is no task ${one.task}`,
        tasks.map(({ name }) => name),
      );
    if (task.isReused) throw unreachable(one, `task ${task.name} does not run`);
    if (!task.steps) {
      if (outer !== one.task) continue;
      throw unreachable(one, `${outer} is a pipeline; write before=${outer}/<task>/<step>`);
    }
    const steps = task.steps.map(({ name }, index) => name || `unnamed-${index}`);
    if (!steps.includes(one.step)) throw unreachable(one, `task ${task.name} has no step ${one.step}`, steps);
  }
}

function unreachable(
  { task, step }: Breakpoint & { readonly at: 'before' },
  why: string,
  known?: readonly string[],
): InvalidRunError {
  return new InvalidRunError(
    `cannot stop before ${task}/${step}: ${why}`,
    known && { hint: `there are: ${known.join(', ')}` },
  );
}

/** Those of a pipeline in the place of a task, as its own tasks know them. */
export function breakpointsWithin(outer: string, breakpoints: readonly Breakpoint[]): readonly Breakpoint[] {
  return breakpoints.flatMap((one): readonly Breakpoint[] => {
    if (one.at === 'failure') return [one];
    return one.task.startsWith(`${outer}/`) ? [{ ...one, task: one.task.slice(outer.length + 1) }] : [];
  });
}
