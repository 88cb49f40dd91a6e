import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { Flag, Text } from '#lib/tekton';
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
  execFileSync('mkfifo', [join(directory, 'tags.part'), join(directory, 'other')]);
  writeFileSync(join(directory, 'ok'), 'x'.repeat(100_000));

  writeResults(schemas, { url: 'u', ok: true, tags: [] }, directory);

  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  expect([read('url'), read('ok'), read('tags'), read('outside')]).toEqual(['u', 'true', '[]', 'kept']);
});
