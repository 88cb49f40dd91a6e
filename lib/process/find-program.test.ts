import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findProgram } from './find-program.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-program-'));
  for (const name of ['first', 'second', 'first/directory']) await mkdir(join(folder, name));
  for (const file of ['first/text', 'second/text', 'second/program', 'second/directory']) {
    await writeFile(join(folder, file), '#!/bin/sh\n');
  }
  for (const file of ['second/text', 'second/program', 'second/directory']) {
    await chmod(join(folder, file), 0o755);
  }
  vi.stubEnv('PATH', `:${join(folder, 'none')}:${join(folder, 'first')}:${join(folder, 'second')}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test.for<[string, string]>([
  ['program', 'second/program'],
  ['text', 'second/text'],
  ['directory', 'second/directory'],
])('of what is called %s the first file that can be run is the program', async ([name, path]) => {
  expect(await findProgram(name)).toBe(join(folder, path));
});

test('what is nowhere on PATH is not found', async () => {
  expect(await findProgram('package.json')).toBeUndefined();
});
