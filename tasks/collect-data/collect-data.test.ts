import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createRegistryClient } from '#lib/oci';
import { type StandInForClusterApi, standInForClusterApi } from '#test/cluster/cluster-api';
import { runStepWith } from '#test/context';
import { type Registry, startRegistry } from '#test/registries/registry';
import { dataObject, snapshotObject } from '#test/release/custom-resources';
import checkDataKeySources from './check-data-key-sources.ts';
import collectData from './collect-data.ts';
import createTrustedArtifact from './create-trusted-artifact.ts';

let api: StandInForClusterApi;
let registry: Registry;
let workdir: string;

beforeAll(async () => {
  [api, registry] = await Promise.all([standInForClusterApi(), startRegistry()]);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await registry.stop();
});
beforeEach(() => {
  workdir = mkdtempSync(join(tmpdir(), 'collect-data-'));
  vi.stubEnv('KUBECONFIG', api.kubeconfig);
  vi.stubEnv('RELEASE_UID', '0f7e');
  api.permits = () => true;
  api.objects.clear();
  for (const [id, object] of objects()) api.objects.set(id, object);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workdir, { recursive: true });
});

const objects = (): readonly [string, Readonly<Record<string, unknown>>][] => [
  [
    'releases/tenant/rel',
    dataObject({ tags: ['r'] }, 'Release', {
      metadata: { namespace: 'tenant', name: 'rel' },
      status: { collectors: { tenant: { a: { found: 1 } } } },
    }),
  ],
  ['releaseplans/tenant/plan', dataObject({ tags: ['p'] })],
  [
    'releaseplanadmissions/managed/adm',
    dataObject({ tags: ['a'], singleComponentMode: true }, 'ReleasePlanAdmission', {
      metadata: { namespace: 'managed', name: 'adm' },
    }),
  ],
  [
    'releaseserviceconfigs/service/rsc',
    dataObject({}, 'ReleaseServiceConfig', { metadata: { namespace: 'service', name: 'rsc' } }),
  ],
  [
    'snapshots/tenant/snap',
    snapshotObject(
      { one: `${registry.host}/app/one@sha256:${'0'.repeat(64)}` },
      { labels: { 'appstudio.openshift.io/build-pipelinerun': 'build-1' } },
    ),
  ],
];

const tenant = { release: 'tenant/rel', releasePlan: 'tenant/plan', snapshot: 'tenant/snap' };
const managed = { ...tenant, releasePlanAdmission: 'managed/adm', releaseServiceConfig: 'service/rsc' };

function run(given: Readonly<Record<string, string>>, lines: string[] = []) {
  const params = { dataDir: join(workdir, 'release'), ...given };
  return runStepWith(collectData, params, { workspaces: { workdir }, lines });
}
const file = (path: string) => JSON.parse(readFileSync(join(workdir, 'release', path), 'utf8')) as unknown;

test('a managed release: files and results as upstream names them', async () => {
  const lines: string[] = [];
  const results = await run({ ...managed, subdirectory: 'uid' }, lines);

  expect(results).toEqual({
    release: 'uid/release.json',
    releasePlan: 'uid/release_plan.json',
    releasePlanAdmission: 'uid/release_plan_admission.json',
    releaseServiceConfig: 'uid/release_service_config.json',
    snapshotSpec: 'uid/snapshot_spec.json',
    data: 'uid/data.json',
    resultsDir: 'uid/results',
    singleComponentMode: 'true',
    snapshotName: 'snap',
    snapshotNamespace: 'tenant',
    snapshotBuildId: 'build-1',
    releasePipelineMetadata:
      '{"org":"unknown","repo":"unknown","revision":"unknown","pathinrepo":"unknown","sha":"unknown"}',
    subdirectory: 'uid',
  });
  expect(file(results.data)).toEqual({ found: 1, tags: ['a', 'p', 'r'], singleComponentMode: true });
  expect(file(results.snapshotSpec)).toMatchObject({ componentGroup: 'app', components: [{ name: 'one' }] });
  expect(file(results.release)).toMatchObject({ metadata: { name: 'rel' } });
  expect(lines.join('\n')).toContain('ReleasePlanAdmission managed/adm');
});

test('a tenant has neither an admission nor a service config, and nobody is asked for them', async () => {
  api.requests.length = 0;
  const results = await run(tenant);

  expect(results).toMatchObject({ releasePlanAdmission: '', releaseServiceConfig: '', data: 'data.json' });
  expect(file('data.json')).toEqual({ found: 1, tags: ['p', 'r'] });
  expect(existsSync(join(workdir, 'release/release_plan_admission.json'))).toBe(false);
  expect(api.requests.map(({ url }) => url.split('/').at(-1))).toEqual(['rel', 'plan', 'snap']);
});

test.for([
  [{ release: 'tenant/gone' }, 'there is no Release tenant/gone'],
  [{ snapshot: 'tenant/gone' }, 'there is no Snapshot tenant/gone'],
  [{ release: 'rel' }, 'param release is "rel", which is not namespace/name'],
  [{ releasePlan: 'tenant/../x' }, 'param releasePlan is "tenant/../x"'],
  [{ subdirectory: '../x' }, 'is no path in the files of the release'],
] as const)('%j is one error, and no result', async ([given, message]) => {
  await expect(run({ ...tenant, ...given })).rejects.toThrow(message);
  expect(existsSync(join(workdir, 'x'))).toBe(false);
});

test('what the account may not read is told with the rule that allows it', async () => {
  api.permits = ({ resource }) => resource !== 'releaseplans';

  await expect(run(tenant)).rejects.toMatchObject({
    message: 'the account of this pod may not read ReleasePlan tenant/plan',
    hint: expect.stringContaining(
      '{apiGroups: ["appstudio.redhat.com"], resources: ["releaseplans"], verbs: ["get"]}',
    ),
  });
});

test.for([
  [{ spec: { data: ['x'] } }, 'Release tenant/rel is not valid: spec.data: '],
  [{}, 'Release tenant/rel is not valid: spec: '],
  [
    { spec: { data: { singleComponentMode: 'yes' } } },
    'singleComponentMode of the data is "yes", neither true nor false',
  ],
] as const)('a Release with %j is refused', async ([rest, message]) => {
  api.objects.set('releases/tenant/rel', {
    kind: 'Release',
    metadata: { namespace: 'tenant', name: 'rel' },
    ...rest,
  });

  await expect(run(tenant)).rejects.toThrow(message);
});

const runNext = (step: typeof checkDataKeySources | typeof createTrustedArtifact, given: object = {}) =>
  runStepWith(
    step as typeof createTrustedArtifact,
    { dataDir: join(workdir, 'release'), ...given },
    { workspaces: { workdir } },
  );

test('keys that an admission alone may set are refused in a Release, and taken from it', async () => {
  await run(managed);
  await expect(runNext(checkDataKeySources)).resolves.toEqual({});
  api.objects.set('releaseplans/tenant/plan', dataObject({ releaseNotes: { cpe: 'x' } }));

  await run(managed);

  await expect(runNext(checkDataKeySources)).rejects.toThrow(
    'only a ReleasePlanAdmission may set releaseNotes.cpe of ReleasePlan tenant/plan',
  );
});

test('where nobody names a repository the files go beside the first image', async () => {
  await run(tenant);

  const { sourceDataArtifact } = await runNext(createTrustedArtifact);

  expect(sourceDataArtifact).toMatch(new RegExp(`^oci:${registry.host}/app/one@sha256:`));
  using client = createRegistryClient({ credentials: async () => undefined });
  await client.repository(`${registry.host}/app/one`).resolve('release-0f7e');
});
