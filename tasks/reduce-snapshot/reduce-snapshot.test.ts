import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { releaseFiles } from '#lib/release-files';
import { type StandInForClusterApi, standInForClusterApi } from '#test/cluster/cluster-api';
import { runStepWith } from '#test/context';
import { snapshotObject } from '#test/release/custom-resources';
import ensureLabels from './ensure-required-labels-present.ts';
import reduce from './reduce.ts';

let api: StandInForClusterApi;
let workdir: string;
let lines: string[];
beforeAll(async () => {
  api = await standInForClusterApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  workdir = mkdtempSync(join(tmpdir(), 'reduce-snapshot-'));
  lines = [];
  vi.stubEnv('KUBECONFIG', api.kubeconfig);
  files().write('snapshot_spec.json', snapshot);
  label({ [TYPE]: 'component', [COMPONENT]: 'b' });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workdir, { recursive: true });
});

const TYPE = 'test.appstudio.openshift.io/type';
const COMPONENT = 'appstudio.openshift.io/component';
const image = (name: string) => ({
  name,
  containerImage: `quay.io/a/${name}`,
  source: { git: { url: 'x' } },
});
const snapshot = { componentGroup: 'app', components: [image('a'), image('b')] };
const label = (labels: object | undefined) =>
  api.objects.set('snapshots/tenant/snap', {
    ...snapshotObject({ a: 'quay.io/a/a', b: 'quay.io/a/b' }, labels === undefined ? {} : { labels }),
    spec: snapshot,
  });
const files = () =>
  releaseFiles({
    params: { dataDir: join(workdir, 'release'), ociStorage: 'empty' },
    workspaces: { workdir },
  });
const written = () => files().read('snapshot_spec.json', z.unknown(), 'the Snapshot');

async function runBoth(more: Readonly<Record<string, string>> = {}) {
  const labels = {
    SINGLE_COMPONENT: 'true',
    SINGLE_COMPONENT_CUSTOM_RESOURCE: 'snapshot/snap',
    ...more,
  };
  const workspaces = { workdir, namespace: 'tenant' };
  await runStepWith(ensureLabels, labels, { workspaces, lines });
  const path = join(workdir, 'release/snapshot_spec.json');
  const params = { ...labels, dataDir: join(workdir, 'release'), SNAPSHOT: path, SNAPSHOT_PATH: path };
  await runStepWith(reduce, params, { workspaces, lines });
}

test.for([{}, { SINGLE_COMPONENT_CUSTOM_RESOURCE_NS: 'tenant' }])(
  'with %j the component of the labels is left, and all else of the Snapshot',
  async (more) => {
    await runBoth(more);

    expect(written()).toEqual({ ...snapshot, components: [image('b')] });
    expect(lines).toEqual(['the Snapshot was made for b', 'of the Snapshot b is released']);
  },
);

test('out of single-component mode nothing is asked, and nothing changes', async () => {
  api.requests.length = 0;
  await runBoth({ SINGLE_COMPONENT: 'false' });

  expect(written()).toEqual(snapshot);
  expect(api.requests).toEqual([]);
});

test.for([
  ['c', [image('a'), image('b')], 0],
  ['b', [image('b'), image('b')], 2],
] as const)('%s is not there exactly once: the Snapshot stays whole', async ([name, components, count]) => {
  label({ [TYPE]: 'component', [COMPONENT]: name });
  files().write('snapshot_spec.json', { ...snapshot, components });

  await runBoth();

  expect(written()).toEqual({ ...snapshot, components });
  expect(lines.at(-1)).toBe(
    `the Snapshot has ${count} components of the name "${name}", and not one: all 2 of it are released`,
  );
});

test.for([
  [undefined, 'no such label'],
  [{ [TYPE]: 'group', [COMPONENT]: 'b' }, `${TYPE}=group`],
  [{ [TYPE]: 'component' }, 'no component'],
  [{ [COMPONENT]: 'b' }, 'no such label'],
] as const)('with the labels %j no component is guessed', async ([labels, has]) => {
  label(labels);

  await expect(runBoth()).rejects.toThrow(`Snapshot tenant/snap says no single component`);
  await expect(runBoth()).rejects.toThrow(`and has ${has}`);
  expect(written()).toEqual(snapshot);
});

test.for([
  [{ SINGLE_COMPONENT_CUSTOM_RESOURCE: 'snapshot/gone' }, 'there is no Snapshot tenant/gone'],
  [{ SINGLE_COMPONENT_CUSTOM_RESOURCE: 'secret/snap' }, 'which is not snapshot/name'],
  [{ SINGLE_COMPONENT_CUSTOM_RESOURCE: 'snapshot/../x' }, 'which is not snapshot/name'],
  [{ SINGLE_COMPONENT_CUSTOM_RESOURCE_NS: 'no where' }, 'which is not namespace/name'],
] as const)('%j is refused', async ([more, message]) => {
  await expect(runBoth(more)).rejects.toThrow(message);
});
