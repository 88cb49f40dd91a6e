import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createReleaseFiles, releaseFiles } from '#lib/release-files';
import { type StandInForClusterApi, standInForClusterApi } from '#test/cluster/cluster-api';
import { runStepWith } from '#test/context';
import { type Registry, startRegistry } from '#test/registries/registry';
import { dataObject } from '#test/release/custom-resources';
import updateCrStatus from './update-cr-status.ts';
import useArray from './use-trusted-artifact-array.ts';

let api: StandInForClusterApi;
let registry: Registry;
let workdir: string;
let dataDir: string;
let lines: string[];
beforeAll(async () => {
  [api, registry] = await Promise.all([standInForClusterApi(), startRegistry()]);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await registry.stop();
});
beforeEach(() => {
  workdir = mkdtempSync(join(tmpdir(), 'update-cr-status-'));
  dataDir = join(workdir, 'release');
  lines = [];
  vi.stubEnv('KUBECONFIG', api.kubeconfig);
  api.permits = () => true;
  api.requests.length = 0;
  api.objects.clear();
  const metadata = { namespace: 'tenant', name: 'rel' };
  const status = { target: 'kept', artifacts: { before: 1 } };
  api.objects.set('releases/tenant/rel', dataObject({}, 'Release', { metadata, status }));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workdir, { recursive: true });
});

const files = () => releaseFiles({ params: { dataDir, ociStorage: 'empty' }, workspaces: { workdir } });
const run = (more: Readonly<Record<string, string>> = {}) =>
  runStepWith(
    updateCrStatus,
    { dataDir, resource: 'tenant/rel', resultsDirPath: 'uid/results', ...more },
    { workspaces: { workdir }, lines },
  );
const status = () => api.objects.get('releases/tenant/rel')?.status;

// Cases of upstream's tests of this task, by their names there (test-update-cr-status-<name>.yaml).

test('multiple-result-files: maps are merged, and lists joined', async () => {
  files().write('uid/results/a.json', { images: [{ name: 'a' }, { name: 'x' }], one: { a: 1 } });
  files().write('uid/results/b/c.json', { images: [{ name: 'x' }, { name: 'c' }], one: { b: [2] } });

  await run();

  expect(status()).toEqual({
    target: 'kept',
    artifacts: {
      before: 1,
      images: [{ name: 'a' }, { name: 'x' }, { name: 'c' }],
      one: { a: 1, b: [2] },
    },
  });
  expect(lines).toEqual(['status.artifacts of Release tenant/rel says images, one']);
});

test('missing-rbac: the account is told what it lacks, and the release stands', async () => {
  files().write('uid/results/a.json', { images: [1] });
  api.permits = ({ resource }) => resource !== 'releases/status';

  await run();

  expect(status()).toMatchObject({ artifacts: { before: 1 } });
  expect(lines[0]).toContain(
    '{apiGroups: ["appstudio.redhat.com"], resources: ["releases/status"], verbs: ["patch"]} allows it',
  );
  expect(lines[1]).toBe('{"images":[1]}');
});

test('no-results: nothing is asked', async () => {
  await run();

  expect(api.requests).toEqual([]);
  expect(lines).toEqual(['there are no results in "uid/results": the status stays as it is']);
});

test('results-not-json', async () => {
  files().write('uid/results/a.json', { a: 1 });
  files().write('uid/results/b.json', 'text');

  await expect(run()).rejects.toThrow('the results in uid/results/b.json are no map');
  expect(status()).toMatchObject({ artifacts: { before: 1 } });
});

test('resource-nonexistent', async () => {
  files().write('uid/results/a.json', { a: 1 });

  await expect(run({ resource: 'tenant/gone' })).rejects.toThrow('there is no Release tenant/gone');
});

// What is ours.

test.for([
  ['none', false],
  ['tenant/policy', true],
] as const)(
  'the status says which policy it was, and of %s whether anybody has verified',
  async ([policy, verified]) => {
    files().write('uid/results/a.json', { images: [1] });

    await run({ policy });

    expect(status()).toMatchObject({ artifacts: { images: [1], conforma: { policy, verified } } });
    expect(lines.join('\n').includes('NOTHING VERIFIED')).toBe(!verified);
  },
);

test('two files that contradict each other are an error', async () => {
  files().write('uid/results/a.json', { digest: { one: 'a' } });
  files().write('uid/results/b.json', { digest: { one: 'b' } });

  await expect(run()).rejects.toThrow(
    'the results in uid/results/b.json say something else of digest.one than those of another task',
  );
});

test.for([
  [{ resourceType: 'secret' }, 'resourceType "secret" is none'],
  [{ statusKey: 'a.b' }, 'statusKey "a.b" is no key'],
  [{ resource: 'rel' }, 'which is not namespace/name'],
  [{ resultsDirPath: '../x' }, 'is no path in the files of the release'],
] as const)('%j is refused', async ([more, message]) => {
  await expect(run(more)).rejects.toThrow(message);
});

test('more than a status can hold is told before anybody is asked', async () => {
  files().write('uid/results/a.json', { text: 'x'.repeat(1024 * 1024) });

  await expect(run()).rejects.toThrow('more than a status of a Release can hold');
  expect(api.requests).toEqual([]);
});

const useWith = (resultArtifacts: readonly string[]) =>
  runStepWith(useArray, { dataDir, resultsDirPath: 'results', resultArtifacts }, { workspaces: { workdir } });

test('the artifact comes with its directory, as upstream writes it', async () => {
  files().write('results/a.json', { a: 1 });
  const context = {
    params: { dataDir, ociStorage: `${registry.host}/x`, ociArtifactExpiresAfter: '' },
    workspaces: { workdir },
    log: { info: () => undefined, warn: () => undefined },
  };
  const uri = await createReleaseFiles(context);
  rmSync(dataDir, { recursive: true });

  await useWith([`${uri}=${dataDir}`, uri]);

  expect(files().has('results/a.json')).toBe(true);
  await expect(useWith([`${uri}=/etc`])).rejects.toThrow('goes elsewhere than dataDir');
  await expect(useWith([uri, `${uri.slice(0, -1)}0`, `${uri.slice(0, -1)}1`])).rejects.toThrow(
    'artifacts, and',
  );
  await expect(useWith([])).rejects.toThrow('there are no files of a release');
});
