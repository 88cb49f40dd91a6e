import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { replaceLayout } from './replace-layout.ts';

let scratch: string;
let layout: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'replace-layout-'));
  onTestFinished(() => rm(scratch, { recursive: true }));
  layout = join(scratch, 'layout');
});

test('puts the new layout where the old one was, and keeps nothing of that', async () => {
  await replaceLayout(layout, (fresh) => fill(fresh, 'one'));

  await replaceLayout(layout, (fresh) => fill(fresh, 'two'));

  expect(await readFile(join(layout, 'oci-layout'), 'utf8')).toBe('two');
  expect(await readdir(scratch)).toEqual(['layout']);
});

test('leaves the old layout as it is when the new one cannot be made', async () => {
  await replaceLayout(layout, (fresh) => fill(fresh, 'one'));

  const failing = replaceLayout(layout, async (fresh) => {
    await fill(fresh, 'half');
    throw new Error('no space');
  });

  await expect(failing).rejects.toThrow('no space');
  expect(await readFile(join(layout, 'oci-layout'), 'utf8')).toBe('one');
  expect(await readdir(scratch)).toEqual(['layout']);
});

test('refuses a folder that is no layout', async () => {
  await mkdir(layout);
  await writeFile(join(layout, 'thesis'), 'years of work');

  await expect(replaceLayout(layout, (fresh) => fill(fresh, 'one'))).rejects.toThrow('what is there is none');

  expect(await readdir(layout)).toEqual(['thesis']);
});

async function fill(fresh: string, text: string): Promise<void> {
  await writeFile(join(fresh, 'oci-layout'), text);
}
