import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  createMemoryTarget,
  type Descriptor,
  describe,
  type MemoryTarget,
  pushImage,
  pushIndex,
} from '#lib/oci';
import { packBundle, readBundle } from './index.ts';

const annotations = {
  'dev.tekton.image.apiVersion': 'v1',
  'dev.tekton.image.kind': 'task',
  'dev.tekton.image.name': 'a',
};
const yaml = 'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\nspec: {steps: [{image: x}]}\n';

test.for(['oci', 'tkn'] as const)('reads back what was packed as %s', async (format) => {
  const target = createMemoryTarget();
  const object = {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: 'a' },
    spec: { description: '<&>\u2028', steps: [{ image: 'x' }] },
  };

  const { digest } = await packBundle(target, [object], { format, annotations: { key: 'value' } });

  const bundle = await readBundle(target, digest);
  expect(bundle.problems).toEqual([]);
  expect(bundle.annotations).toEqual({ key: 'value' });
  expect(bundle.entries).toMatchObject([{ kind: 'task', name: 'a', apiVersion: 'v1', object }]);
});

test.for<[name: string, bytes: Uint8Array]>([
  ['plain YAML that is no tar', Buffer.from(yaml)],
  ['YAML in gzip', gzipSync(yaml)],
  ['YAML in zstd', zstdCompressSync(yaml)],
])('takes %s, as the resolver does', async ([, bytes]) => {
  const target = createMemoryTarget();
  await pushLayers(target, [[bytes, annotations]]);

  const bundle = await readBundle(target, 'latest');

  expect(bundle.problems).toEqual([
    { by: 'tkn', at: 'task/a', message: 'tkn refuses a layer that is no tar' },
  ]);
  expect(bundle.entries[0]?.object).toMatchObject({ kind: 'Task', metadata: { name: 'a' } });
});

test.for<[name: string, layers: readonly [string, Record<string, string>][], problem: string]>([
  ['no object', [], 'it holds no object'],
  ['no annotations', [[yaml, {}]], 'the layer has no annotation dev.tekton.image.kind'],
  ['a plural', [[yaml, { ...annotations, 'dev.tekton.image.kind': 'tasks' }]], 'refuses kinds that end in s'],
  [
    'one twice',
    [
      [yaml, annotations],
      [yaml, annotations],
    ],
    'is there more than once: the resolver takes the first',
  ],
  [
    'another name',
    [[yaml, { ...annotations, 'dev.tekton.image.name': 'b' }]],
    'it is annotated as b, and is called "a"',
  ],
  ['an unknown field', [[yaml.replace('image', 'imgae'), annotations]], 'spec.steps[0].imgae'],
  ['no YAML', [['{', annotations]], 'its content is neither YAML nor JSON of an object'],
  [
    'a kind of no cluster',
    [[yaml.replace('kind: Task', 'kind: Job'), annotations]],
    'a cluster knows no Job of "tekton.dev/v1"',
  ],
  [
    '21 objects',
    Array.from({ length: 21 }, (_, index) => [
      yaml,
      { ...annotations, 'dev.tekton.image.name': `t${index}` },
    ]),
    'it holds 21 objects, and the resolver refuses more than 20',
  ],
])('says what is wrong with %s', async ([, layers, problem]) => {
  const target = createMemoryTarget();
  await pushLayers(
    target,
    layers.map(([text, own]) => [Buffer.from(text), own] as const),
  );

  const { problems } = await readBundle(target, 'latest');

  expect(problems.map(({ message }) => message).join('\n')).toContain(problem);
});

test('of an index it takes the image for linux/amd64, as the resolver does', async () => {
  const target = createMemoryTarget();
  const image = await pushLayers(target, [[Buffer.from(yaml), annotations]]);
  await pushIndex(target, { manifests: [image], tags: ['index'] });

  const { entries } = await readBundle(target, 'index');

  expect(entries).toHaveLength(1);
});

test('an index without one is refused', async () => {
  const target = createMemoryTarget();
  const image = await pushLayers(target, [[Buffer.from(yaml), annotations]], 's390x');
  await pushIndex(target, { manifests: [image], tags: ['index'] });

  await expect(readBundle(target, 'index')).rejects.toThrow('an index without an image for linux/amd64');
});

test('a layer that grows without end when it is unpacked is refused', async () => {
  const target = createMemoryTarget();
  await pushLayers(target, [[gzipSync(Buffer.alloc(64 * 1024 * 1024)), annotations]]);

  await expect(readBundle(target, 'latest')).rejects.toThrow('has more than 16777216 bytes: no bundle has');
});

async function pushLayers(
  target: MemoryTarget,
  layers: readonly (readonly [Uint8Array, Readonly<Record<string, string>>])[],
  architecture = 'amd64',
): Promise<Descriptor> {
  return pushImage(target, {
    config: { os: 'linux', architecture },
    layers: layers.map(([content, own]) => {
      const descriptor = describe('application/vnd.oci.image.layer.v1.tar+gzip', content);
      return { content, diffId: descriptor.digest, descriptor: { ...descriptor, annotations: own } };
    }),
    tags: ['latest'],
  });
}
