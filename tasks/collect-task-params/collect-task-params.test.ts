import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { releaseFiles } from '#lib/release-files';
import { runStepWith } from '#test/context';
import collect from './collect-task-params.ts';

let workdir: string;
beforeEach(() => {
  workdir = mkdtempSync(join(tmpdir(), 'collect-task-params-'));
  const params = { dataDir: join(workdir, 'release'), ociStorage: 'empty' };
  releaseFiles({ params, workspaces: { workdir } }).write('data.json', {
    conforma: { workerCount: 8 },
    'release-notes': { 'a b': { 'c.d': 'x' } },
    list: [{ name: 'one' }, true],
    empty: null,
    plain: 'p',
  });
});
afterEach(() => rmSync(workdir, { recursive: true }));

const run = (keys: unknown, policy = 'none', lines: string[] = []) =>
  runStepWith(
    collect,
    { dataDir: join(workdir, 'release'), dataPath: 'data.json', keysToExtract: JSON.stringify(keys), policy },
    { workspaces: { workdir }, lines },
  );

test.for([
  ['.conforma.workerCount', '8'],
  ['.release-notes["a b"]["c.d"]', 'x'],
  ['.list[0].name', 'one'],
  ['.list[1]', 'true'],
  ['.list', '[{"name":"one"},true]'],
  ['plain', 'p'],
] as const)('%s is %s', async ([key, value]) => {
  expect(await run([{ resultIndex: 0, key }])).toMatchObject({ extractedValues: [value] });
});

test('what is not there, or null, has its default, each in its place', async () => {
  const keys = [
    { resultIndex: 1, key: '.conforma.workerCount', default: '4' },
    { resultIndex: 0, key: '.sign.cosignSecretName', default: 'secret-not-present' },
    { resultIndex: 2, key: '.empty', default: 1 },
    { resultIndex: 3, key: '.constructor', default: 'd' },
  ];

  expect(await run(keys)).toMatchObject({ extractedValues: ['secret-not-present', '8', '1', 'd'] });
});

test.for([
  [[{ resultIndex: 0, key: '.gone' }], 'has no ".gone", which has no default'],
  [[{ resultIndex: 1, key: '.plain' }], 'resultIndex 1 is not below 1'],
  [[{ resultIndex: 0, key: '.a..b' }], '".a..b" is no path of a key'],
  [[{ resultIndex: 0, key: '.a[' }], 'is no path of a key'],
  [[{ resultIndex: 0, key: '.a | env' }], 'is no path of a key'],
  [[], 'expected a key at least'],
  [[{ key: '.plain' }], 'keysToExtract'],
  [{}, 'keysToExtract'],
] as const)('%j is refused', async ([keys, message]) => {
  await expect(run(keys)).rejects.toThrow(message);
});

describe('the policy', () => {
  const keys = [{ resultIndex: 0, key: 'plain' }];
  const give = (data: object) => {
    const params = { dataDir: join(workdir, 'release'), ociStorage: 'empty' };
    releaseFiles({ params, workspaces: { workdir } }).write('data.json', { plain: 'p', ...data });
  };

  test.for([
    ['tenant/policy', {}, 'tenant/policy'],
    ['tenant/policy', { conforma: { policy: 'other/one' } }, 'tenant/policy'],
    ['', { conforma: { policy: 'other/one' } }, 'other/one'],
    ['{"sources": []}', {}, '{"sources": []}'],
    ['', { conforma: { policy: 'none' } }, 'none'],
  ] as const)('of the param %j and the data %j is %s', async ([param, data, policy]) => {
    give(data);
    expect(await run(keys, param)).toMatchObject({ policy });
  });

  test('that nobody names ends the release, and it says how one is named', async () => {
    give({});
    await expect(run(keys, '')).rejects.toMatchObject({
      message: 'no policy is named that the release is held to',
      hint: expect.stringMatching(/conforma\.policy.*enterpriseContractPolicy.*none/),
    });
    await expect(run(keys, '{x')).rejects.toThrow('neither a name nor JSON');
    await expect(run(keys, '--config=x')).rejects.toThrow('neither a name nor JSON');
  });

  test('none says that nothing is verified', async () => {
    const lines: string[] = [];
    await run(keys, 'none', lines);

    expect(lines.join('\n')).toContain('NOTHING VERIFIES what is released');
  });
});

test('a policy cannot be asked where the files are in a workspace, and the storage to name is told', async () => {
  const data = join(workdir, 'release');
  const keysToExtract = JSON.stringify([{ resultIndex: 0, key: '.plain' }]);
  const inClaim = (policy: string, ociStorage: string) =>
    runStepWith(
      collect,
      { dataDir: data, dataPath: 'data.json', keysToExtract, policy, ociStorage },
      { workspaces: { workdir, data } },
    );
  vi.stubEnv('RELEASE_CLAIM', 'claim');
  try {
    await expect(inClaim('tenant/policy', '')).rejects.toThrow(
      'the policy "tenant/policy" cannot be asked: verify-conforma reads the files of the release from a trusted artifact',
    );
    expect(await inClaim('none', '')).toMatchObject({ policy: 'none' });
    expect(await inClaim('tenant/policy', 'registry.example/a')).toMatchObject({ policy: 'tenant/policy' });
  } finally {
    vi.unstubAllEnvs();
  }
});
