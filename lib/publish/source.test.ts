import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '#lib/process';
import { sourceOf } from './source.ts';

test.for([
  ['https://user:SECRET@h/r', 'https://h/r'],
  ['https://SECRET@h/r.git', 'https://h/r.git'],
  ['https://h/r', 'https://h/r'],
] as const)('the source at %s is at %s', async ([given, url]) => {
  const directory = await mkdtemp(join(tmpdir(), 'source-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const git = (...args: string[]) =>
    run('git', ['-C', directory, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await git('init', '--quiet');
  await git('commit', '--quiet', '--allow-empty', '-m', 'first');

  expect((await sourceOf(directory, { url: given })).url).toBe(url);
});

test.for([
  'user:SECRET@host.example/r',
  'https://h/r?token=SECRET',
  'https://h/r?x=1&access_token=SECRET#main',
])('the source at %s is refused, and not quoted', async (url) => {
  const failure = sourceOf(import.meta.dirname, { url, isDirtyAllowed: true });

  await expect(failure).rejects.toThrow(/^the source holds credentials(?!.*SECRET)/);
});
