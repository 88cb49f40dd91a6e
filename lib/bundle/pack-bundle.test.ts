import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryTarget, fetchImageConfig, fetchManifest, isIndex, openLayer } from '#lib/oci';
import { goJson } from '#lib/tekton/objects';
import { packBundle, packUnchecked } from './index.ts';

// Any change of these digests changes every published bundle. The second is what tkn gives to three such files.
test.for([
  ['oci', 'sha256:42d0dd7a78767ed696a39e501b3ba96cce1ed5c7928b3685ab93a3c54223fd90'],
  ['tkn', 'sha256:18cb2ed75c711557f24899f1f3bb5a7afcb9e80faaa2b4afa4db05e840346c6c'],
] as const)('the same objects give the same digest in any order: %s', async ([format, golden]) => {
  const objects = ['b', 'a', 'c'].map(task);

  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(objects, { minLength: 3 }), async (shuffled) => {
      const { digest } = await packBundle(createMemoryTarget(), shuffled, { format });

      expect(digest).toBe(golden);
    }),
    { numRuns: 6 },
  );
});

test('no key order, time zone or locale changes the digest', async () => {
  const script = `
    import { createMemoryTarget } from '#lib/oci';
import { goJson } from '#lib/tekton/objects';
    import { packBundle } from '#lib/bundle';
    const object = { spec: { steps: [{ image: 'x', name: 's' }] }, metadata: { name: 'a' }, kind: 'Task', apiVersion: 'tekton.dev/v1' };
    for (const format of ['oci', 'tkn']) console.log((await packBundle(createMemoryTarget(), [object], { format })).digest);`;
  const env = { ...process.env, TZ: 'Europe/Berlin', LC_ALL: 'tr_TR.UTF-8' };

  const elsewhere = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env });

  const oci = await packBundle(createMemoryTarget(), [task('a')]);
  const tkn = await packBundle(createMemoryTarget(), [task('a')], { format: 'tkn' });
  expect(elsewhere.toString()).toBe(`${oci.digest}\n${tkn.digest}\n`);
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
    'a name that is a path',
    [{ ...task('../a'), apiVersion: 'tekton.dev/v1beta1' }],
    'Task ../a has no name that a cluster takes',
  ],
  [
    'a kind that is no word of ours',
    [{ ...task('a'), kind: 'constructor' }],
    'a bundle holds Task, Pipeline, StepAction, not "constructor"',
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

const pinned = `quay.io/a/b:1@sha256:${'a'.repeat(64)}`;

test.for<[what: string, bundle: string, value?: string]>([
  ['a digest', pinned],
  ['a param that has no default', '$(params.bundle)'],
  ['a param that is pinned by default', '$(params.bundle)', pinned],
  ['a tag that may have a digest in it', 'quay.io/a/b:$(params.bundle)'],
  ['a tag that has one by default', 'quay.io/a/b:$(params["bundle"])', `1@sha256:${'b'.repeat(64)}`],
])('takes a pipeline whose bundle is given by %s', async ([, bundle, value]) => {
  const result = packBundle(createMemoryTarget(), [pipeline(bundle, value)]);

  await expect(result).resolves.toMatchObject({ mediaType: 'application/vnd.oci.image.manifest.v1+json' });
});

test.for<[what: string, bundle: string, value?: string]>([
  ['a param that is a tag by default', '$(params.bundle)', 'quay.io/a/b:1'],
  ['a part that is a param', '$(params.bundle)/b:1'],
  ['a tag that is a param, by default a plain one', "quay.io/a/b:$(params['bundle'])", '1'],
])('refuses a pipeline whose bundle is given by %s', async ([, bundle, value]) => {
  const result = packBundle(createMemoryTarget(), [pipeline(bundle, value)]);

  await expect(result).rejects.toThrow(`not pinned by digest: ${bundle} at spec.tasks[0].taskRef`);
});

test('what a task of a pipeline gives to a param counts, and not what the param is by default', async () => {
  const [first] = pipeline('x').spec.tasks;
  const ref = { resolver: 'bundles', params: [{ name: 'bundle', value: '$(params.from)' }] };
  const params = [{ name: 'from', type: 'string', default: 'quay.io/a/b:1' }];
  const taskSpec = { params, steps: [{ name: 's', ref }] };
  const withValue = (value: string) => ({
    ...pipeline('x'),
    spec: { tasks: [{ name: first?.name, params: [{ name: 'from', value }], taskSpec }] },
  });

  await expect(packBundle(createMemoryTarget(), [withValue(pinned)])).resolves.toBeDefined();
  await expect(packBundle(createMemoryTarget(), [withValue('quay.io/c:1')])).rejects.toThrow('not pinned');
});

test('the bundle of a task of v1beta1 is looked at as well', async () => {
  const taskRef = { name: 't', bundle: 'quay.io/a/b:1' };
  const old = {
    ...pipeline('x'),
    apiVersion: 'tekton.dev/v1beta1',
    spec: { tasks: [{ name: 't', taskRef }] },
  };

  await expect(packBundle(createMemoryTarget(), [old])).rejects.toThrow(
    'not pinned by digest: quay.io/a/b:1',
  );
});

test('writes JSON as Go does, keys that look like numbers too', () => {
  const value = {
    b: ['<&>', null, 1.5e21],
    10: undefined,
    9: 'é\u2028',
    '10a': true,
    a: { z: 0, 11: '', 2: '' },
  };

  expect(goJson(value)).toBe(
    '{"10a":true,"9":"é\\u2028","a":{"11":"","2":"","z":0},"b":["\\u003c\\u0026\\u003e",null,1.5e+21]}',
  );
});

function task(name: string) {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name },
    spec: { steps: [{ name: 's', image: 'x' }] },
  };
}

function pipeline(bundle: string, byDefault?: string) {
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
      params: [
        { name: 'bundle', type: 'string', ...(byDefault === undefined ? {} : { default: byDefault }) },
      ],
      tasks: [{ name: 't', taskRef: { resolver: 'bundles', params } }],
    },
  };
}
