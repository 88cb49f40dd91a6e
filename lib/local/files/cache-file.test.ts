import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cacheDirectory, readCached, writeCached } from './cache-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-file-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('An empty XDG_CACHE_HOME is none.', () => {
  vi.stubEnv('XDG_CACHE_HOME', '');
  expect(cacheDirectory()).toBe(join(homedir(), '.cache/bootc-catalog'));
  vi.stubEnv('XDG_CACHE_HOME', '/elsewhere');
  expect(cacheDirectory()).toBe('/elsewhere/bootc-catalog');
});

test('What is written is read again, and is for its user alone.', async () => {
  const path = join(folder, 'new', 'value.json');
  writeCached(path, { one: [1, null] });
  expect(await readCached(path)).toEqual({ one: [1, null] });
  expect(await readdir(join(folder, 'new'))).toEqual(['value.json']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700);
});

test('What is missing or damaged is not there.', async () => {
  expect(await readCached(join(folder, 'none.json'))).toBeUndefined();
  await writeFile(join(folder, 'damaged.json'), '{"one"');
  expect(await readCached(join(folder, 'damaged.json'))).toBeUndefined();
});

test('What cannot be written is not kept, and leaves nothing behind.', async () => {
  await writeFile(join(folder, 'file'), '');
  writeCached(join(folder, 'file', 'value.json'), 1);
  // A directory in the place of the file: written, and then not to be renamed.
  writeCached(folder, 1);
  expect(await readdir(folder)).toEqual(['file']);
  expect((await readdir(tmpdir())).filter((name) => join(tmpdir(), name).startsWith(`${folder}.`))).toEqual(
    [],
  );
});
