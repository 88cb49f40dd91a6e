import { readFile, realpath, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { parseRpmLock, RPM_LOCK } from '#lib/rpm-lock';
import { quoted } from '#lib/text';
import { InvalidPrefetchInputError } from '../errors.ts';
import { type RpmPackage, wantedArchitectures } from '../input.ts';
import type { LockInput } from './plan.ts';

/**
 * Reads the lock of each package.
 *
 * @throws {InvalidPrefetchInputError} when a path is none, leads out of the source, or has no lock
 * @throws {InvalidRpmLockError}
 */
export async function readLocks(packages: readonly RpmPackage[], source: string): Promise<LockInput[]> {
  const root = await realpath(source);
  const inputs: LockInput[] = [];
  for (const one of packages) {
    const place = posix.join(one.path, RPM_LOCK);
    const text = await readFile(await locate(root, one.path, place), 'utf8');
    inputs.push({ place, lock: parseRpmLock(text, place), architectures: wantedArchitectures(one) });
  }
  return inputs;
}

/** Path of a lock, with all links followed: what the source names is a file of the source. */
async function locate(root: string, path: string, place: string): Promise<string> {
  const directory = await realpath(join(root, path)).catch(() => undefined);
  if (directory === undefined)
    throw new InvalidPrefetchInputError(`cannot prefetch ${quoted(path)}: the source has no such directory`);
  const lock = await realpath(join(directory, RPM_LOCK)).catch(() => undefined);
  if (lock === undefined || !(await stat(lock)).isFile()) {
    throw new InvalidPrefetchInputError(`cannot prefetch ${quoted(path)}: the source has no ${place}`, {
      hint: 'make it with rpm-lockfile-prototype, or let prepare-build-context make it from manifest-lock files',
    });
  }
  if (!`${lock}${sep}`.startsWith(`${root}${sep}`))
    throw new InvalidPrefetchInputError(
      `cannot prefetch ${quoted(path)}: ${place} is a link out of the source`,
    );
  return lock;
}
