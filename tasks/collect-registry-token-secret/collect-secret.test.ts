import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { releaseFiles } from '#lib/release-files';
import { runStepWith } from '#test/context';
import collectSecret from './collect-secret.ts';

let workdir: string;
beforeEach(() => {
  workdir = mkdtempSync(join(tmpdir(), 'collect-secret-'));
});
afterEach(() => rmSync(workdir, { recursive: true }));

function run(data: object) {
  const dataDir = join(workdir, 'release');
  releaseFiles({ params: { dataDir, ociStorage: 'empty' }, workspaces: { workdir } }).write(
    'data.json',
    data,
  );
  return runStepWith(collectSecret, { dataDir, dataPath: 'data.json' }, { workspaces: { workdir } });
}

test.for([
  [{ defaults: { public: true } }, 'quay'],
  [{ components: [{ name: 'a' }, { name: 'b', public: true }] }, 'quay'],
  [{ defaults: { public: 'True' } }, 'quay'],
  [{ defaults: { public: true }, components: [{ name: 'a', public: false }] }, 'quay'],
  [{ components: [{ name: 'a', public: false }] }, ''],
  [{ defaults: { public: false } }, ''],
] as const)('a mapping with %j needs %j', async ([mapping, registrySecret]) => {
  expect(await run({ mapping: { ...mapping, registrySecret: 'quay' } })).toEqual({ registrySecret });
});

test('data without a mapping needs none', async () => {
  expect(await run({})).toEqual({ registrySecret: '' });
});

test.for([undefined, null, '', 'No Secret', '../x'])(
  'a secret %j that is needed is an error',
  async (name) => {
    await expect(run({ mapping: { defaults: { public: true }, registrySecret: name } })).rejects.toThrow(
      'mapping.registrySecret is',
    );
  },
);
