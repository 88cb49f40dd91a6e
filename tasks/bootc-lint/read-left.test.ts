import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLeft } from './read-left.ts';

let directory: string;
const limits = { bytes: 100, lines: 5 };

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'read-left-'));
  writeFileSync(join(directory, 'plain'), 'a\nb\n');
  writeFileSync(join(directory, 'exact'), 'x'.repeat(100));
  writeFileSync(join(directory, 'binary'), Buffer.from([0x61, 0xff, 0]));
  writeFileSync(join(directory, 'long'), 'x'.repeat(101));
  writeFileSync(join(directory, 'lines'), '\n'.repeat(6));
  symlinkSync('/etc/passwd', join(directory, 'link'));
  symlinkSync('plain', join(directory, 'near'));
  symlinkSync('nowhere', join(directory, 'dangling'));
  mkdirSync(join(directory, 'directory'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test.for<[name: string, text: string]>([
  ['plain', 'a\nb\n'],
  ['exact', 'x'.repeat(100)],
  ['binary', 'a\ufffd\0'],
])('%s is read', async ([name, text]) => {
  expect(await readLeft(join(directory, name), 'it', limits)).toBe(text);
});

test.for<[name: string, message: string]>([
  ['long', 'it has more than 100 bytes'],
  ['lines', 'it has more than 5 lines'],
  ['link', 'cannot read it: it is a link'],
  ['near', 'cannot read it: it is a link'],
  ['dangling', 'cannot read it: it is a link'],
  ['directory', 'it is no regular file'],
  ['missing', 'cannot read it: it is not there'],
])('%s is refused', async ([name, message]) => {
  await expect(readLeft(join(directory, name), 'it', limits)).rejects.toThrow(message);
});

test.for(['/dev/zero', '/dev/null'])('%s is no file', async (path) => {
  await expect(readLeft(path, 'it', limits)).rejects.toThrow('it is no regular file');
});

test('a pipe is refused and not waited for', async () => {
  execFileSync('mkfifo', [join(directory, 'pipe')]);

  await expect(readLeft(join(directory, 'pipe'), 'it', limits)).rejects.toThrow('it is no regular file');
});

test('a place that nobody gives, or of which something else is wrong, is told', async () => {
  await expect(readLeft(undefined, 'it', limits)).rejects.toThrow('no path is given for it');
  await expect(readLeft(join(directory, 'plain/x'), 'it', limits)).rejects.toThrow(
    expect.objectContaining({ name: 'UnreadableOutputError', message: 'cannot read it: ENOTDIR' }),
  );
});

test('five lines with a newline at their end, or six without one, may be there', async () => {
  writeFileSync(join(directory, 'most'), '1\n2\n3\n4\n5\n6');

  expect(await readLeft(join(directory, 'most'), 'it', limits)).toHaveLength(11);
});
