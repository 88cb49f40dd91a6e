import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import type { RunSummary } from '#lib/runs';
import { removeDirectory } from '../files/remove-directory.ts';
import { isInUse } from './leftovers.ts';
import { findRun, listRuns } from './list-runs.ts';

/** Which runs are to stay; what none of them says goes. */
export interface Retention {
  /** So many of the newest. */
  readonly keep?: number;
  /** Milliseconds; younger ones stay. */
  readonly youngerThan?: number;
}

/** Removes what is older or more than is to be kept, never a run that goes on; gives what it removed. */
export async function pruneRuns(
  runs: string,
  { keep, youngerThan }: Retention,
  now = Date.now(),
): Promise<readonly RunSummary[]> {
  const old = (await listRuns(runs)).filter(({ startedAt, status }, index) => {
    const isKept = keep !== undefined && index < keep;
    const isYoung = youngerThan !== undefined && now - Date.parse(startedAt) < youngerThan;
    return !isKept && !isYoung && status !== 'Running';
  });
  for (const { directory } of old) await removeDirectory(directory);
  return old;
}

/**
 * @throws {UnknownRunError}
 * @throws {ExpectedError} for one that goes on
 */
export async function removeRun(runs: string, name: string): Promise<void> {
  const { directory } = await findRun(runs, name);
  if (await isInUse(join(directory, 'work'))) {
    throw new ExpectedError(`cannot remove ${name}: it goes on`, { hint: 'cancel it first: Ctrl-C' });
  }
  await removeDirectory(directory);
}
