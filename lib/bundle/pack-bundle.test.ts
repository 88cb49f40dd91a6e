import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryTarget, fetchImageConfig, fetchManifest, isIndex, openLayer } from '#lib/oci';
import { packBundle, packUnchecked } from './index.ts';

test('the same objects give the same digest in any order', async () => {
  const objects = ['b', 'a', 'c'].map(task);

  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(objects, { minLength: 3 }), async (shuffled) => {
      const { digest } = await packBundle(createMemoryTarget(), shuffled);
      // Any change of this digest changes every published bundle.
      expect(digest).toBe('sha256:42d0dd7a78767ed696a39e501b3ba96cce1ed5c7928b3685ab93a3c54223fd90');
    }),
    { numRuns: 6 },
  );
});

test('no key order, time zone or locale changes the digest', async () => {
  const script = `
    import { createMemoryTarget } from '#lib/oci';
    import { packBundle } from '#lib/bundle';
    const object = { spec: { steps: [{ image: 'x', name: 's' }] }, metadata: { name: 'a' }, kind: 'Task', apiVersion: 'tekton.dev/v1' };
    console.log((await packBundle(createMemoryTarget(), [object])).digest);`;
  const env = { ...process.env, TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8' };

  const elsewhere = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env });

  const { digest } = await packBundle(createMemoryTarget(), [task('a')]);
  expect(elsewhere.toString().trim()).toBe(digest);
});

test('a bundle says what it holds as the contract has it', async () => {
  const target = createMemoryTarget();

  const root = await packBundle(target, [task('a')], { annotations: { 'org.example': 'yes' } });

  const manifest = await fetchManifest(target, root);
  if (isIndex(manifest)) throw new Error('it is an index');
  expect(manifest.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
  expect(manifest.annotations).toEqual({ 'org.example': 'yes' });
  expect(manifest.layers.map(({ annotations }) => annotations)).toEqual([
    {
      'dev.tekton.image.apiVersion': 'v1',
      'dev.tekton.image.kind': 'task',
      'dev.tekton.image.name': 'a',
    },
  ]);
  const config = await fetchImageConfig(target, manifest.config);
  expect(config).toMatchObject({ os: 'linux', architecture: 'amd64', created: '1970-01-01T00:00:00Z' });
  const [layer] = manifest.layers;
  const [diffId] = config.rootfs.diff_ids;
  // Opening it verifies the diff_id.
  if (layer === undefined || diffId === undefined) throw new Error('there is no layer');
  for await (const _ of openLayer(target, layer, { diffId }));
});

// TestDeterministicManifest of tektoncd/cli pkg/bundle/builder_test.go: what Go 1.26 writes.
test('a bundle in the form of tkn has the digest that tkn gives it', async () => {
  const target = createMemoryTarget();
  // The order in which tkn has the files of that test.
  const objects = ['task3', 'task1', 'task2'].map((name) => ({
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name },
    spec: { description: name },
  }));

  const root = await packUnchecked(target, objects, {
    format: 'tkn',
    keepOrder: true,
    created: new Date('0001-01-01T00:00:00Z'),
  });

  expect(root.digest).toBe('sha256:7a4f604555b84cdb06cbfebda3fb599cd7485ef2c9c9375ab589f192a3addb4c');
  const manifest = await fetchManifest(target, root);
  if (isIndex(manifest)) throw new Error('it is an index');
  expect(manifest.config).toMatchObject({ digest: expect.stringMatching(/^sha256:d80eeab7/), size: 451 });
  const { rootfs } = await fetchImageConfig(target, manifest.config);
  expect(rootfs.diff_ids.map((diffId) => diffId.slice(0, 15))).toEqual([
    'sha256:621a5c96',
    'sha256:f133ecc6',
    'sha256:54bc1b5a',
  ]);
  expect(manifest.layers.map(({ size }) => size)).toEqual([173, 174, 175]);
});

test.for<[name: string, objects: readonly object[], message: string]>([
  ['nothing', [], 'a bundle needs an object'],
  [
    '21 objects',
    Array.from({ length: 21 }, (_, index) => task(`t${index}`)),
    'a bundle holds 20 objects at most, and these are 21',
  ],
  [
    'one twice',
    [task('a'), task('a')],
    'a bundle holds one object of a kind and name, and Task a is there twice',
  ],
  [
    'a kind that ends in s',
    [{ ...task('a'), kind: 'Tasks' }],
    'Tasks a: the resolver refuses kinds that end in s',
  ],
  [
    'another kind',
    [{ ...task('a'), kind: 'TaskRun' }],
    'a bundle holds Task, Pipeline, StepAction, not "TaskRun"',
  ],
  [
    'a StepAction v1',
    [{ apiVersion: 'tekton.dev/v1', kind: 'StepAction', metadata: { name: 'a' } }],
    'StepAction a: there is no StepAction of version "tekton.dev/v1"',
  ],
  [
    'an unknown field',
    [{ ...task('a'), spec: { steps: [{ image: 'x', imgae: 'y' }] } }],
    'spec.steps[0].imgae',
  ],
  [
    'what etcd would refuse',
    [{ ...task('a'), spec: { steps: [{ image: 'x', script: 'x'.repeat(1_100_000) }] } }],
    'a cluster cannot resolve more than 1048576',
  ],
  [
    'a bundle by tag',
    [pipeline('quay.io/a/b:1')],
    'Pipeline p refers to bundles that are not pinned by digest: quay.io/a/b:1 at spec.tasks[0].taskRef',
  ],
])('refuses %s and pushes nothing', async ([, objects, message]) => {
  const target = createMemoryTarget();

  const result = packBundle(target, objects);

  await expect(result).rejects.toThrow(message);
  expect(target.tags.size).toBe(0);
});

test.for([`quay.io/a/b:1@sha256:${'a'.repeat(64)}`, '$(params.bundle)'])(
  'takes a pipeline with the bundle %s',
  async (bundle) => {
    const result = packBundle(createMemoryTarget(), [pipeline(bundle)]);

    await expect(result).resolves.toMatchObject({ mediaType: 'application/vnd.oci.image.manifest.v1+json' });
  },
);

function task(name: string) {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name },
    spec: { steps: [{ name: 's', image: 'x' }] },
  };
}

function pipeline(bundle: string) {
  const params = [
    { name: 'bundle', value: bundle },
    { name: 'name', value: 't' },
    { name: 'kind', value: 'task' },
  ];
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name: 'p' },
    spec: {
      params: [{ name: 'bundle', type: 'string' }],
      tasks: [{ name: 't', taskRef: { resolver: 'bundles', params } }],
    },
  };
}
