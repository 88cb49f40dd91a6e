import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the command keeps what it can find out again: the XDG Base Directory Specification, by which empty is unset. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bootc-catalog');
}

/** What is kept in a JSON file; undefined where there is none, or a damaged one. */
export async function readCached(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Keeps a value as JSON, for its user alone. A cache that cannot be written is no reason to fail. */
export async function writeCached(path: string, value: unknown): Promise<void> {
  const partial = `${path}.${crypto.randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(partial, JSON.stringify(value), { mode: 0o600 });
    await rename(partial, path);
  } catch {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}
