import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '#lib/process';
import { collect } from '../model/content.ts';
import { digestOf } from '../model/digest.ts';
import { gzipBlocks } from './gzip-blocks.ts';

const MiB = 1024 * 1024;

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test.for([
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('x')],
  ['a block', Buffer.alloc(MiB, 'ab')],
  ['a block and a byte', Buffer.alloc(MiB + 1, 'abc')],
  ['noise of many blocks', randomBytes(7 * MiB + 12_345)],
] as const)('zlib reads %s back', async ([, bytes]) => {
  const file = await collect(gzipBlocks(inPieces(bytes, 100_000)));

  expect(digestOf(gunzipSync(file))).toBe(digestOf(bytes));
});

test('gzip itself finds nothing wrong with it', async () => {
  const file = await collect(gzipBlocks(inPieces(Buffer.alloc(3 * MiB, 'some text\n'), 70_000)));

  const directory = await mkdtemp(join(tmpdir(), 'gzip-blocks-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'a.gz'), file);

  await run('gzip', ['--test', join(directory, 'a.gz')]);
  expect(file.length).toBeLessThan(100_000);
});

test('the same bytes give the same file, in whatever pieces they come', async () => {
  const bytes = Buffer.concat([Buffer.alloc(2 * MiB, 'a b c'), randomBytes(MiB)]);

  const [one, two] = await Promise.all(
    [1000, 3 * MiB].map((size) => collect(gzipBlocks(inPieces(bytes, size)))),
  );

  expect(digestOf(one as Uint8Array)).toBe(digestOf(two as Uint8Array));
});

test('an error of what is compressed is told', async () => {
  async function* broken() {
    yield Buffer.alloc(2 * MiB);
    throw new Error('the disk is gone');
  }

  await expect(collect(gzipBlocks(broken()))).rejects.toThrow('the disk is gone');
});
