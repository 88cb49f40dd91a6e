import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectories } from './make-directories.ts';

/**
 * Writes a small file under another name, and gives it its own when it is whole: a reader sees the old one or the new one.
 * The directory is made where it is missing. Nothing that somebody put in place of the other name is written through.
 */
export function writeWhole(path: string, content: string, mode = 0o666): void {
  const partial = `${path}.${process.pid}.${crypto.randomUUID()}.partial`;
  makeDirectories(dirname(path), mode === 0o600 ? 0o700 : undefined);
  try {
    writeFileSync(partial, content, { flag: 'wx', mode });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
