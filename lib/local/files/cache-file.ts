import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from '#lib/process';

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
export function writeCached(path: string, value: unknown): void {
  try {
    writeWhole(path, JSON.stringify(value), 0o600);
  } catch {
    // The next call finds it out again.
  }
}
