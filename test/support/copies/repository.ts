import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** The files that git knows, or would add, under a git of their own; gone when the test is done. */
export async function copyOfRepository(): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'repository-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  const { stdout } = await execa(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    { cwd: root },
  );
  for (const file of stdout.split('\0').filter((name) => name !== ''))
    cpSync(join(root, file), join(copy, file), { verbatimSymlinks: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  await runIn(copy, 'git init -q && git add -A && git -c user.name=t -c user.email=t@t commit -qm copy');
  return copy;
}

/** As `git status` says it, a line for each file. */
export async function changesIn(copy: string): Promise<string> {
  return (await runIn(copy, 'git status --porcelain --untracked-files=all')).stdout;
}

/** A line of a shell in the copy, with the tools of package-lock.json. */
export function runIn(copy: string, line: string) {
  return execa('bash', ['-euo', 'pipefail', '-c', line], {
    cwd: copy,
    env: { PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}` },
    all: true,
  });
}
