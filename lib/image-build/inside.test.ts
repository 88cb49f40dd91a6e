import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { inside } from './inside.ts';

let scratch: string;
let root: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'inside-'));
  root = join(scratch, 'source');
  mkdirSync(join(root, 'a'), { recursive: true });
  mkdirSync(join(scratch, 'source-beside'));
  writeFileSync(join(root, 'a/File'), '');
  symlinkSync('a', join(root, 'link'));
  symlinkSync('../source-beside', join(root, 'out'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** Outside of a separated build realpath gives the same. */
const build = { run: (program: string, ...args: readonly string[]) => run(program, args) };
const find = (path: string, directory = root) => inside(build, root, directory, path, 'CONTEXT');

test.for([
  ['.', ''],
  ['a', '/a'],
  ['a/..', ''],
  ['link/File', '/a/File'],
  ['../source/a', '/a'],
] as const)('%s is in the workspace', async ([path, below]) => {
  expect(await find(path)).toBe(`${root}${below}`);
});

test('a path is meant from its own directory', async () => {
  expect(await find('File', join(root, 'a'))).toBe(join(root, 'a/File'));
});

test.for(['..', '../..', 'a/../..', '../source-beside', 'out'])(
  '%s leads out of the workspace',
  async (path) => {
    await expect(find(path)).rejects.toThrow(`CONTEXT ${path} leads out of the workspace "source"`);
  },
);

test('what is not there is named as text, without what the tool said', async () => {
  await expect(find('a\nb')).rejects.toThrow(/^CONTEXT a\\nb is not in the workspace "source"$/);
});

test('an address is refused before a program is told it', async () => {
  const none = { run: () => Promise.reject(new Error('it was told')) };

  await expect(inside(none, root, root, 'https://u:secret@h/x', 'CONTEXT')).rejects.toThrow(
    /^CONTEXT is an address, and must be a path in the workspace "source"$/,
  );
});

test('another failure is told as it is', async () => {
  const broken = { run: () => Promise.reject(new Error('no namespace')) };

  await expect(inside(broken, root, root, 'a', 'CONTEXT')).rejects.toThrow('no namespace');
});
