import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { run } from '#lib/process';

export function place(): string {
  const directory = mkdtempSync(join(tmpdir(), 'artifacts-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export const NOT_UTF8 = Buffer.from([0x66, 0xff, 0x66]);
export const LONG = `${'folder/'.repeat(30)}${'ä'.repeat(60)}`;

/** A tree with all that an archive has to keep. */
export function makeTree(directory: string): string {
  const tree = join(directory, 'tree');
  mkdirSync(join(tree, '.git'), { recursive: true });
  mkdirSync(join(tree, LONG, '..'), { recursive: true });
  mkdirSync(join(tree, 'locked'));
  writeFileSync(join(tree, '.git/HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(tree, 'locked/file'), 'x');
  writeFileSync(join(tree, 'script'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(tree, 'set-id'), '');
  chmodSync(join(tree, 'set-id'), 0o6755);
  writeFileSync(join(tree, 'empty'), '');
  writeFileSync(join(tree, LONG), 'long');
  writeFileSync(join(tree, 'large'), Buffer.alloc(700_001, 'large and larger '));
  writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), NOT_UTF8]), 'no UTF-8');
  linkSync(join(tree, 'large'), join(tree, 'z-hard'));
  symlinkSync('script', join(tree, 'link'));
  symlinkSync(`/nowhere/${'x'.repeat(150)}`, join(tree, 'dangling'));
  for (const name of ['script', 'locked/file', 'large', '.'])
    utimesSync(join(tree, name), 1_600_000_000, 1_500_000_000.75);
  chmodSync(join(tree, 'locked'), 0o555);
  return tree;
}

/** Everything about a tree that tar keeps, as lines. */
export async function described(directory: string): Promise<string> {
  const { stdout } = await run('find', ['.', '-printf', '%P %y %m %Ts %n %l\n'], { cwd: directory });
  const sums = await run('bash', ['-c', 'find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum'], {
    cwd: directory,
  });
  // How many entries a directory has is the file system's affair.
  const lines = stdout.split('\n').map((line) => line.replace(/ d (\d+) (\d+) \d+ /, ' d $1 $2 '));
  return [...lines.sort(), sums.stdout].join('\n');
}
