import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '#lib/process';
import { differences } from './installed.ts';

const lock = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
    'node_modules/for-another-system': { version: '1.0.0', integrity: 'sha512-c', optional: true },
  },
};
const { '': _, 'node_modules/for-another-system': other, ...installed } = lock.packages;

test('an install of exactly the lock has no difference, with or without what is for other systems', () => {
  expect(differences(lock, { packages: installed })).toEqual([]);
  expect(differences(lock, { packages: { ...installed, 'node_modules/for-another-system': other } })).toEqual(
    [],
  );
});

test.for<[name: string, packages: object, message: string]>([
  ['missing', { 'node_modules/b': undefined }, 'node_modules/b is not installed'],
  ['more', { 'node_modules/z': { version: '1.0.0' } }, 'node_modules/z is installed, and package-lock.json'],
  ['newer', { 'node_modules/b': { version: '2.0.1', integrity: 'sha512-b' } }, 'node_modules/b is 2.0.1'],
  [
    'changed',
    { 'node_modules/b': { version: '2.0.0', integrity: 'sha512-x' } },
    'node_modules/b has other content',
  ],
  ['unsaid', { 'node_modules/b': { version: '2.0.0' } }, 'node_modules/b has other content'],
])('%s is told', ([, change, message]) => {
  const packages = Object.fromEntries(
    Object.entries({ ...installed, ...change }).filter(([, value]) => value !== undefined),
  );

  expect(differences(lock, { packages })).toEqual([expect.stringContaining(message)]);
});

test('a lock without content of a package, or without any, is none', () => {
  const bare = { packages: { 'node_modules/a': { version: '1.0.0' } } };

  expect(differences(bare, bare)).toEqual(['node_modules/a has no integrity in package-lock.json']);
  expect(differences({}, {})).toEqual(['package-lock.json lists no package']);
});

test('the script ends badly and says why, and is content with what npm installs here', async () => {
  const script = resolve(import.meta.dirname, '../check-installed.ts');
  const folder = await mkdtemp(join(tmpdir(), 'installed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: {} }));

  await expect(run(process.execPath, [script, folder])).rejects.toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('node_modules/a is not installed'),
  });
  await run(process.execPath, [script]);
});
