import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createRegistryClient } from '#lib/oci';
import { createArtifacts } from '#lib/trusted-artifacts';
import { type StandInForClusterApi, standInForClusterApi } from '#test/cluster/cluster-api';
import { runStepWith } from '#test/context';
import { type Registry, startRegistry } from '#test/registries/registry';
import updateCrStatus from './update-cr-status.ts';
import useArtifacts from './use-trusted-artifact-array.ts';

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
  workdir = mkdtempSync(join(tmpdir(), 'update-cr-status-'));
  vi.stubEnv('KUBECONFIG', api.kubeconfig);
  api.permits = () => true;
  api.requests.length = 0;
  api.objects.clear();
  api.objects.set('releases/tenant/rel', {
    kind: 'Release',
    metadata: { namespace: 'tenant', name: 'rel' },
    status: { artifacts: { before: 1 } },
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workdir, { recursive: true });
});

function leave(path: string, content: unknown, root = 'release') {
  const file = join(workdir, root, 'uid/results', path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

async function run(given: Readonly<Record<string, string>> = {}) {
  const lines: string[] = [];
  const params = {
    resource: 'tenant/rel',
    resultsDirPath: 'uid/results',
    dataDir: join(workdir, 'release'),
    ...given,
  };
  await runStepWith(updateCrStatus, params, { workspaces: { workdir }, lines });
  return lines.join('\n');
}
const patches = () => api.requests.filter(({ method }) => method === 'PATCH');

test('results of several tasks are merged, and lists joined', async () => {
  leave('a.json', { images: [{ name: 'a' }], summary: { pushed: 1 } });
  leave('b.json', { images: [{ name: 'b' }], summary: { checked: 2 } });

  await run();

  expect(patches().map(({ url }) => url)).toEqual([
    '/apis/appstudio.redhat.com/v1alpha1/namespaces/tenant/releases/rel/status',
  ]);
  expect(JSON.parse(patches()[0]?.body ?? '')).toEqual({
    status: { artifacts: { images: [{ name: 'a' }, { name: 'b' }], summary: { pushed: 1, checked: 2 } } },
  });
});

test('without a permission it warns with the rule, and the release stands', async () => {
  leave('a.json', { images: [] });
  api.permits = ({ verb }) => verb !== 'patch';

  expect(await run()).toContain(
    'a Role in tenant with the rule {apiGroups: ["appstudio.redhat.com"], resources: ["releases/status"], verbs: ["patch"]}',
  );
});

test('where no task has left a result nobody is asked', async () => {
  expect(await run()).toContain('there is nothing to say');
  expect(api.requests).toEqual([]);
});

test.for([
  [{ resource: 'tenant/gone' }, { a: 1 }, 'there is no Release tenant/gone'],
  [{ resource: 'rel' }, { a: 1 }, 'param resource is "rel", which is not namespace/name'],
  [{ resourceType: 'pod' }, { a: 1 }, 'param resourceType is "pod", which no release has'],
  [{ statusKey: 'a.b' }, { a: 1 }, 'param statusKey is "a.b", which is no key of a status'],
  [{}, [1], 'uid/results/x.json is not valid: expected an object'],
  [{}, '{', 'a result (uid/results/x.json) is no JSON'],
] as const)(
  '%j with the result %j is one error, and nothing is patched',
  async ([given, content, message]) => {
    leave('x.json', content);

    await expect(run(given)).rejects.toThrow(message);
    expect(api.objects.get('releases/tenant/rel')?.status).toEqual({ artifacts: { before: 1 } });
  },
);

test('artifacts are put where they are named, and none is lost to another', async () => {
  leave('a.json', { a: 1 }, 'made');
  using client = createRegistryClient();
  const { made } = await createArtifacts({
    store: `${registry.host}/app/one:x`,
    artifacts: [{ name: 'made', path: join(workdir, 'made') }],
    expiresAfter: '',
    client,
  });
  const dataDir = join(workdir, 'release');
  const use = (...resultArtifacts: readonly string[]) =>
    runStepWith(useArtifacts, { dataDir, resultArtifacts }, { workspaces: { workdir } });

  await use(`${made}=${dataDir}`);
  expect(await run()).toContain('status.artifacts, of uid/results/a.json');
  await expect(use(`${made}=${dataDir}`, `${made}=${dataDir}`)).rejects.toThrow('two artifacts for');
  await expect(use('oci:x')).rejects.toThrow('which is not artifact=directory');
  await expect(use(`${made}=/etc`)).rejects.toThrow('is no directory inside');
});
