import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and its parents, one by one. Node's own `recursive` tries for ever where the parent is there and the
 * system still says that it is not, as /proc does.
 *
 * @throws the system's error, such as ENOENT or EEXIST
 */
export function makeDirectories(path: string, mode?: number): void {
  if (tryToMake(path, mode)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectories(parent, mode);
  mkdirSync(path, { mode });
}

/** Whether it is there now; false where the parent is missing. */
function tryToMake(path: string, mode: number | undefined): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory()) return true;
    if (code !== 'ENOENT') throw error;
    // A parent that is there will not be missing less the next time.
    if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) throw error;
    return false;
  }
}
