import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a small file under another name, and gives it its own when it is whole: a reader sees the old one or the new one.
 * The directory is made where it is missing. Nothing that somebody put in place of the other name is written through.
 */
export function writeWhole(path: string, content: string, mode = 0o666): void {
  const partial = `${path}.${process.pid}.${crypto.randomUUID()}.partial`;
  mkdirSync(dirname(path), { recursive: true, ...(mode === 0o600 && { mode: 0o700 }) });
  try {
    writeFileSync(partial, content, { flag: 'wx', mode });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
