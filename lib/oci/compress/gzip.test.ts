import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import zlib from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../model/digest.ts';
import { gzip } from './gzip.ts';

test.for([
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('x')],
  ['noise', randomBytes(200_000)],
  ['zeros', Buffer.alloc(1_000_000)],
  ['a period longer than the window', Buffer.concat(Array(5).fill(randomBytes(32_769)))],
  ['a period as long as the window', Buffer.concat(Array(5).fill(randomBytes(32_768)))],
  ['a period just inside the window', Buffer.concat(Array(5).fill(randomBytes(32_767)))],
] as const)('zlib reads %s back', ([, bytes]) => {
  expect(digestOf(zlib.gunzipSync(gzip(bytes)))).toBe(digestOf(bytes));
});

test('zlib reads back whatever it is', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc
      .array(fc.constantFrom('ab', 'abc', 'x', 'abcdefgh'), { maxLength: 3000 })
      .map((all) => Buffer.from(all.join(''))),
  );
  fc.assert(
    fc.property(bytes, (value) => {
      expect(Buffer.compare(zlib.gunzipSync(gzip(value)), Buffer.from(value))).toBe(0);
    }),
  );
});

test('gives these bytes, today and on any machine', () => {
  const text = 'apiVersion: tekton.dev/v1\nkind: Task\n'.repeat(50);

  expect(digestOf(gzip(Buffer.from(text)))).toBe(GOLDEN);
});

test('is not much larger than what zlib makes, and noise grows by next to nothing', async () => {
  const source = await readFile(new URL('../README.md', import.meta.url));
  const noise = randomBytes(100_000);

  expect(gzip(source).length).toBeLessThan(1.25 * zlib.gzipSync(source, { level: 9 }).length);
  expect(gzip(noise).length).toBeLessThan(100_040);
});

const GOLDEN = 'sha256:bb7d13b50aef0ad824d530fc79aba3d85efbc8ef5a9075eccdcfc39ff133cbf0';
