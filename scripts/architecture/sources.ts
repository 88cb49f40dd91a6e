import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** The text of every TypeScript file that is committed or new here, by its path. */
export function sourcesHere(): ReadonlyMap<string, string> {
  const listed = git(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.ts', 'bin/*']);
  const deleted = new Set(paths(git(['ls-files', '-z', '--deleted'])));
  const files = [...new Set(paths(listed))].filter((file) => !deleted.has(file));
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/** The same of a commit. */
export function sourcesAt(commit: string): ReadonlyMap<string, string> {
  const all = paths(git(['ls-tree', '-r', '-z', '--name-only', commit]));
  const files = all.filter((file) => file.endsWith('.ts'));
  const answer = git(['cat-file', '--batch'], files.map((file) => `${commit}:${file}\n`).join(''));
  const texts = new Map<string, string>();
  let at = 0;
  for (const file of files) {
    const start = answer.indexOf('\n', at) + 1;
    const size = Number(answer.subarray(at, start).toString('utf8').trim().split(' ')[2]);
    texts.set(file, answer.subarray(start, start + size).toString('utf8'));
    at = start + size + 1;
  }
  return texts;
}

function git(args: readonly string[], input = ''): Buffer {
  return execFileSync('git', args, { cwd: root, input, maxBuffer: 2 ** 30 });
}

function paths(listed: Buffer): readonly string[] {
  return listed.toString('utf8').split('\0').filter(Boolean);
}

/** Whether a file tests others, and so may look at all of them. */
export function isTest(file: string): boolean {
  return file.endsWith('.test.ts');
}
