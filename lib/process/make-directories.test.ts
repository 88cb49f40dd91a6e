import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDirectories } from './make-directories.ts';

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), 'directories-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('makes what is missing, with its mode, and minds nothing that is there', () => {
  const path = join(place(), 'a/b/c');

  makeDirectories(path, 0o700);
  makeDirectories(path);

  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('a link to a directory is one', () => {
  const directory = place();
  symlinkSync('.', join(directory, 'link'));

  makeDirectories(join(directory, 'link/a'));
  makeDirectories(join(directory, 'link'));

  expect(statSync(join(directory, 'a')).isDirectory()).toBe(true);
});

test.for<[what: string, path: () => string, code: string]>([
  ['where the system makes none', () => '/proc/none/a/b', 'ENOENT'],
  [
    'below a file',
    () => {
      const directory = place();
      writeFileSync(join(directory, 'file'), '');
      return join(directory, 'file/a/b');
    },
    'ENOTDIR',
  ],
  ['in the place of a file', () => import.meta.filename, 'EEXIST'],
])('%s it ends with the error of the system', ([, path, code]) => {
  expect(() => makeDirectories(path())).toThrow(expect.objectContaining({ code }));
});
