import type { BreakpointReached } from '#lib/runs';
import type { Debug } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';

/** Where a run stops for somebody to look: after any step that fails, or before one. */
export type Breakpoint =
  | { readonly at: 'failure' }
  | { readonly at: 'before'; readonly task: string; readonly step: string };

/** What is to become of a step at a breakpoint. */
export type Answer = 'continue' | 'fail';

/**
 * Lets somebody look. `over` is aborted when a debug script in the container has answered meanwhile, or the
 * container has ended; the answer is undefined then.
 */
export type OnBreak = (reached: BreakpointReached, over: AbortSignal) => Promise<Answer | undefined>;

/**
 * Reads `failure` or `before=<task>/<step>`.
 *
 * @throws {InvalidRunError} for anything else
 */
export function parseBreakpoint(text: string): Breakpoint {
  if (text === 'failure') return { at: 'failure' };
  const [, task, step] = /^before=(.+)\/([^/]+)$/.exec(text) ?? [];
  if (task !== undefined && step !== undefined) return { at: 'before', task, step };
  throw new InvalidRunError(`${text} is no breakpoint`, { hint: 'write failure or before=<task>/<step>' });
}

export interface Stops {
  readonly before: boolean;
  readonly onFailure: boolean;
}

/** What the command line says of a step, and the TaskRun itself (`spec.debug`, docs/debug.md of Tekton). */
export function stopsAt(
  breakpoints: readonly Breakpoint[],
  { breakpoints: own }: Debug,
  { task, step }: { readonly task: string; readonly step: string },
): Stops {
  return {
    before:
      breakpoints.some((one) => one.at === 'before' && one.task === task && one.step === step) ||
      (own?.beforeSteps ?? []).includes(step),
    onFailure: breakpoints.some(({ at }) => at === 'failure') || own?.onFailure === 'enabled',
  };
}
