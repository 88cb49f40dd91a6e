import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolMissingError } from '#lib/process';

/**
 * Makes a file or directory the first time, aside: `make` gets a new directory, and renames what it made to `path`.
 *
 * @returns whether it is there: not on a machine without the program that makes it, nor where it may not be made
 */
export async function madeOnce(
  path: string,
  mayMake: boolean,
  make: (folder: string) => Promise<void>,
): Promise<boolean> {
  if (await exists(path)) return true;
  if (!mayMake) return false;
  const cache = dirname(path);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'make-'));
  try {
    await make(folder);
    return true;
  } catch (error) {
    if (error instanceof ToolMissingError) return false;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
