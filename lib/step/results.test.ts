import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { Flag, Text } from '#lib/tekton';
import { MESSAGE_LIMIT, messageSize, STARTED_AT } from '#lib/tekton/objects';
import { ResultsTooLargeError, writeResults } from './results.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'results-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const schemas = { url: Text, ok: Flag, tags: z.array(z.string()) };

test('writes each result as Tekton reads it, without a newline', () => {
  writeResults(schemas, { url: 'u', ok: true, tags: ['a', 'b'] }, directory);

  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  expect([read('url'), read('ok'), read('tags')]).toEqual(['u', 'true', '["a","b"]']);
});

test('what the definition does not name is refused, and nothing is written', () => {
  const write = () => writeResults(schemas, { url: 'u', ok: true, tags: [], score: '1' }, directory);

  expect(write).toThrow('the step returns score, which its definition does not name in `writes`');
  expect(readdirSync(directory)).toEqual([]);
});

test('over the budget nothing is written, and the shares are told', () => {
  const write = () => writeResults(schemas, { url: 'x'.repeat(4000), ok: true, tags: [] }, directory);

  expect(write).toThrow(ResultsTooLargeError);
  expect(write).toThrow(/url 40\d\d, /);
  expect(readdirSync(directory)).toEqual([]);
});

test('what earlier steps wrote counts', () => {
  writeResults({ first: Text }, { first: 'x'.repeat(2500) }, directory);

  expect(() => writeResults(schemas, { url: 'y'.repeat(2000) }, directory)).toThrow(ResultsTooLargeError);
});

test('counts what Go escapes as it will be sent', () => {
  expect(() => writeResults(schemas, { url: '<'.repeat(1000) }, directory)).toThrow(ResultsTooLargeError);
});

test('what an earlier step has put in its place is replaced, and no link is followed', () => {
  const outside = join(directory, 'outside');
  writeFileSync(outside, 'kept');
  symlinkSync(outside, join(directory, 'url.part'));
  symlinkSync(outside, join(directory, 'url'));
  mkdirSync(join(directory, 'tags/inside'), { recursive: true });
  writeFileSync(join(directory, 'ok'), 'x'.repeat(100_000));

  writeResults(schemas, { url: 'u', ok: true, tags: [] }, directory);

  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  expect([read('url'), read('ok'), read('tags'), read('outside')]).toEqual(['u', 'true', '[]', 'kept']);
});

test('a pipe that an earlier step has put there is replaced, and not waited for', () => {
  execFileSync('mkfifo', [join(directory, 'url.part'), join(directory, 'other')]);

  writeResults(schemas, { url: 'u' }, directory);

  expect(readFileSync(join(directory, 'url'), 'utf8')).toBe('u');
});

test('what earlier steps left counts as what it is: a directory nothing, a file that is over the limit all of it', () => {
  mkdirSync(join(directory, 'folder'));
  writeResults(schemas, { url: 'x'.repeat(3_900) }, directory);
  writeFileSync(join(directory, 'large'), 'y'.repeat(5_000));

  expect(() => writeResults({ ok: Flag }, { ok: true }, directory)).toThrow(/large 41\d\d, url 39\d\d, /);
});

test('the whole budget may be used, and not a byte more', () => {
  const sizeOf = (text: string) => messageSize([{ key: 'url', value: text, type: 1 }, STARTED_AT]);
  const most = 'x'.repeat(MESSAGE_LIMIT - sizeOf(''));

  expect(() => writeResults(schemas, { url: `${most}x` }, directory)).toThrow(
    expect.objectContaining({
      name: 'ResultsTooLargeError',
      kind: 'invalid',
      hint: 'write large output to a workspace or to the registry and return its digest',
    }),
  );
  writeResults(schemas, { url: most }, directory);
  expect(readdirSync(directory)).toEqual(['url']);
});

test('the shares are told, the largest first', () => {
  const write = () =>
    writeResults({ a: Text, b: Text, c: Text }, { a: 'x', b: 'x'.repeat(4_000), c: 'xx' }, directory);

  expect(write).toThrow(/: b \d+, c \d+, a \d+$/);
});

test('a directory that is not there is made, and everybody may read what is in it', () => {
  const place = join(directory, 'a/b');

  writeResults(schemas, { url: 'u' }, place);

  expect(readdirSync(place)).toEqual(['url']);
  expect(statSync(join(place, 'url')).mode & 0o777).toBe(0o644 & ~process.umask());
});
