import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packLayer } from '#lib/oci';
import { run } from '#lib/process';
import { firstFile } from './first-file.ts';

const text = Buffer.from('kind: Task\n');

async function tarOf(...contents: readonly string[]): Promise<Buffer> {
  const files = contents.map((content, index) => ({ path: `file-${index}`, content }));
  const { content } = await packLayer(files, { compression: 'none' });
  return Buffer.from(content as Uint8Array);
}

test('takes the first of several files', async () => {
  expect(await firstFile(await tarOf('first', 'second'))).toEqual({
    bytes: Buffer.from('first'),
    isTar: true,
  });
});

test('asks for no other file than the first, so that what follows may be anything', async () => {
  const tar = await tarOf('first', 'second');
  tar.fill('x', 1_024);

  expect(await firstFile(tar)).toEqual({ bytes: Buffer.from('first'), isTar: true });
});

test.for([
  ['plain text', async () => text],
  ['nothing', async () => Buffer.alloc(0)],
  ['blocks of zeros', async () => Buffer.alloc(1_024)],
  [
    'a tar that is cut off in its first file',
    async () => (await tarOf('x'.repeat(2_000))).subarray(0, 1_500),
  ],
  ['a file of a terabyte of holes', holes],
] as const)('takes %s as it is', async ([, make]) => {
  const bytes = await make();

  expect(await firstFile(bytes)).toEqual({ bytes, isTar: false });
});

async function holes(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'first-file-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), 'x');
  await truncate(join(folder, 'file'), 2 ** 40);
  await run('tar', ['--sparse', '--directory', folder, '--create', '--file', join(folder, 'a.tar'), 'file']);
  return readFile(join(folder, 'a.tar'));
}
