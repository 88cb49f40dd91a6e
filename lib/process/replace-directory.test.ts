import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { replaceDirectory } from './replace-directory.ts';

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), 'replace-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

const one = async (fresh: string) => writeFileSync(join(fresh, 'one'), 'new');

test('what is there stays until the new one is whole, and nothing else is left', async () => {
  const directory = place();
  const target = join(directory, 'a/target');
  await replaceDirectory(target, one);

  await replaceDirectory(target, async (fresh) => {
    expect(readdirSync(target)).toEqual(['one']);
    writeFileSync(join(fresh, 'two'), '');
  });

  expect(readdirSync(target)).toEqual(['two']);
  expect(readdirSync(join(directory, 'a'))).toEqual(['target']);
});

test('where filling fails the old one stays', async () => {
  const target = join(place(), 'target');
  await replaceDirectory(target, one);

  const failure = replaceDirectory(target, async (fresh) => {
    await one(fresh);
    throw new Error('no more');
  });

  await expect(failure).rejects.toThrow('no more');
  expect(readFileSync(join(target, 'one'), 'utf8')).toBe('new');
  expect(readdirSync(join(target, '..'))).toEqual(['target']);
});

test('where the move fails the old one comes back', async () => {
  const target = join(place(), 'target');
  mkdirSync(target);
  writeFileSync(join(target, 'old'), '');

  const failure = replaceDirectory(target, async (fresh) => rmSync(fresh, { recursive: true }));

  await expect(failure).rejects.toThrow('ENOENT');
  expect(existsSync(join(target, 'old'))).toBe(true);
});
