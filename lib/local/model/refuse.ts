import type { Problem } from '#lib/tekton/objects';
import { InvalidRunError } from './errors.ts';

/**
 * Ends a run for the first of the problems for which a controller would.
 *
 * @param beginnings what stands before the words of a problem, by its reason
 * @throws {InvalidRunError} with the reason and message that the controller gives
 */
export function refuseFirst(
  problems: readonly Problem[],
  beginnings: Readonly<Record<string, string>> = {},
): void {
  const first = problems.find(({ reason }) => reason !== undefined);
  if (!first) return;
  const { path, reason = '', message, words = message } = first;
  throw new InvalidRunError(`${beginnings[reason] ?? ''}${words}`, { path, reason });
}

/** Once a run has begun, the message becomes that of its condition, where no path stands. */
export function withoutPaths(problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, path: '' }));
}
