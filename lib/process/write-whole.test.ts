import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeWhole } from './write-whole.ts';

const folder = mkdtempSync(join(tmpdir(), 'write-whole-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('takes the place of what was there, and makes the directory', () => {
  const path = join(folder, 'a/b/file');

  writeWhole(path, 'one');
  writeWhole(path, 'two');

  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(readdirSync(join(folder, 'a/b'))).toEqual(['file']);
});

test('what is for its user alone is in a directory for its user alone', () => {
  const path = join(folder, 'secret/file');

  writeWhole(path, 'x', 0o600);

  expect([path, join(folder, 'secret')].map((one) => (statSync(one).mode & 0o777).toString(8))).toEqual([
    '600',
    '700',
  ]);
});

test('leaves nothing behind where it cannot be written', () => {
  const path = join(folder, 'taken');
  writeWhole(join(path, 'inside'), 'x');

  expect(() => writeWhole(path, 'y')).toThrow(/EISDIR|ENOTEMPTY/);
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
});

test('fails where the directory is a file', () => {
  writeFileSync(join(folder, 'file'), 'x');

  expect(() => writeWhole(join(folder, 'file/x'), 'y')).toThrow(/ENOTDIR|EEXIST/);
  expect(existsSync(join(folder, 'file/x'))).toBe(false);
});
