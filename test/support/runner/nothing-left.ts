// Vitest's globalSetup: everything that a run of tests puts into the directory for temporary files lies in one of its own,
// and must be gone at the end.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What node keeps there of compiled code, for whoever starts it next; steps that files of tests share (step-image.ts). */
const kept: ReadonlySet<string> = new Set(['node-compile-cache', 'bundled-steps']);

/** Workers, and all that they start, get the directory by TMPDIR; TESTS_DIRECTORY names it where a test changes that. */
export function setup(): () => void {
  const before = process.env.TMPDIR;
  const directory = mkdtempSync(join(tmpdir(), 'tests-'));
  process.env.TMPDIR = directory;
  process.env.TESTS_DIRECTORY = directory;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    delete process.env.TESTS_DIRECTORY;
    const left = leftIn(directory);
    rmSync(directory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`tests have left in ${directory}: ${left.join(', ')}`);
  };
}

export function leftIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => !kept.has(name))
    .sort();
}
