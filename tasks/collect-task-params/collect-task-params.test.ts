import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runStepWith } from '#test/context';
import collectTaskParams from './collect-task-params.ts';

let workdir: string;
beforeEach(() => {
  workdir = mkdtempSync(join(tmpdir(), 'collect-task-params-'));
});
afterEach(() => rmSync(workdir, { recursive: true }));

async function run(data: unknown, keys: unknown, policy = 'none', lines: string[] = []) {
  const dataDir = join(workdir, 'release');
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'data.json'), JSON.stringify(data));
  const keysToExtract = typeof keys === 'string' ? keys : JSON.stringify(keys);
  const params = { dataPath: 'data.json', dataDir, keysToExtract, policy };
  return runStepWith(collectTaskParams, params, { workspaces: { workdir }, lines });
}
const workers = [{ resultIndex: 0, key: '.conforma.workerCount', default: '4' }];

// The first three are those of upstream's pipeline; the rest of test_collect_task_params.py.
test.for([
  [{}, workers, ['4']],
  [{ conforma: { workerCount: 8 } }, workers, ['8']],
  [
    { sign: { cosignSecretName: 's' } },
    [{ resultIndex: 1, key: '.sign.cosignSecretName', default: 'x' }, ...workers],
    ['4', 's'],
  ],
  [{ a: [{ b: 1 }] }, [{ resultIndex: 0, key: '.a[0].b' }], ['1']],
  [{ 'x-y': { 'z.z': true } }, [{ resultIndex: 0, key: '.x-y["z.z"]' }], ['true']],
  [{ plainKey: 'p' }, [{ resultIndex: 0, key: 'plainKey' }], ['p']],
  [{ a: { b: [1] } }, [{ resultIndex: 0, key: '.a' }], ['{"b":[1]}']],
  [{ a: null }, [{ resultIndex: 0, key: '.a', default: '' }], ['']],
  [{ a: false }, [{ resultIndex: 0, key: '.a' }], ['false']],
] as const)('of %j, %j are %j', async ([data, keys, values]) => {
  expect(await run(data, keys)).toMatchObject({ extractedValues: values });
});

test.for([
  ['{', 'param keysToExtract is not valid'],
  ['[]', 'expected at least one key'],
  [[{ key: '.a' }], 'param keysToExtract is not valid'],
  [[{ resultIndex: 1, key: '.a', default: '' }], 'has resultIndex 1, and there are 1 keys'],
  [[{ resultIndex: 0, key: '.a' }], 'the data has no .a, and there is no default for it'],
  [[{ resultIndex: 0, key: '.__proto__' }], 'the data has no .__proto__'],
  [[{ resultIndex: 0, key: '.a | env' }], '".a | env" is no path in the data'],
] as const)('the keys %j are refused', async ([keys, message]) => {
  await expect(run({}, keys)).rejects.toThrow(message);
});

test.for([
  ['tenant/policy', {}, 'tenant/policy'],
  ['tenant/policy', { conforma: { policy: 'other/one' } }, 'tenant/policy'],
  ['', { conforma: { policy: 'other/one' } }, 'other/one'],
  ['', { conforma: { policy: { sources: [] } } }, '{"sources":[]}'],
  ['{"sources": []}', {}, '{"sources": []}'],
  ['', { conforma: { policy: 'none' } }, 'none'],
] as const)('the param %j and the data %j hold it to %s', async ([param, data, policy]) => {
  expect(await run(data, workers, param)).toMatchObject({ policy });
});

test('without a policy the release ends, and it says how one is named', async () => {
  await expect(run({}, workers, '')).rejects.toMatchObject({
    message: 'no policy is named that the release is held to',
    hint: expect.stringMatching(/conforma\.policy.*enterpriseContractPolicy.*none/),
  });
  await expect(run({}, workers, '{x')).rejects.toThrow('neither a name nor JSON');
  await expect(run({}, workers, '--config=x')).rejects.toThrow('neither a name nor JSON');
});

test('none says that nothing is verified', async () => {
  const lines: string[] = [];
  await run({}, workers, 'none', lines);

  expect(lines.join('\n')).toContain('NOTHING VERIFIES what is released');
});
