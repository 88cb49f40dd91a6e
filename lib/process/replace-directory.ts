import { renameSync, rmSync } from 'node:fs';
import { makeDirectories } from './make-directories.ts';

/**
 * Fills a new directory beside one, and moves it into its place when it is whole: what is there stays until then, and a
 * program that uses it keeps what it has opened. Where the move fails the old one comes back.
 *
 * @param target need not be there
 */
export async function replaceDirectory(
  target: string,
  fill: (fresh: string) => Promise<void>,
): Promise<void> {
  const fresh = `${target}.${process.pid}`;
  const old = `${fresh}.old`;
  try {
    // A process of this number may have been killed here before: containers give out the same numbers again.
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
    makeDirectories(fresh);
    await fill(fresh);
    const hadOne = moveAside(target, old);
    try {
      renameSync(fresh, target);
    } catch (error) {
      if (hadOne) renameSync(old, target);
      throw error;
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** Whether there was something to move. */
function moveAside(target: string, old: string): boolean {
  try {
    renameSync(target, old);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
