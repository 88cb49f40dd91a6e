import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  collect,
  createMemoryTarget,
  type Descriptor,
  DigestMismatchError,
  describe,
  type MemoryTarget,
  packLayer,
  pushArtifact,
  pushImage,
  pushIndex,
  verified,
} from '#lib/oci';
import { packBundle, readBundle } from './index.ts';

const annotations = {
  'dev.tekton.image.apiVersion': 'v1',
  'dev.tekton.image.kind': 'task',
  'dev.tekton.image.name': 'a',
};
const laughs = `a: &a [1, 1]\n${Array.from({ length: 20 }, (_, i) => `${name(i + 1)}: &${name(i + 1)} [*${name(i)}, *${name(i)}]\n`).join('')}`;
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
  [
    'a kind in capitals, as the contract has it',
    [[yaml, { ...annotations, 'dev.tekton.image.kind': 'Task' }]],
    'refuses kinds with capital letters, such as Task',
  ],
  [
    'a field that is there twice',
    [[`${yaml}kind: Task\n`, annotations]],
    'a cluster refuses a field that is there twice',
  ],
  ['two documents', [[`${yaml}---\n${yaml}`, annotations]], 'reads the first of its 2 documents alone'],
  [
    'aliases without end',
    [[laughs, annotations]],
    'neither YAML nor JSON of an object: document contains excessive aliasing',
  ],
  ['lists without end', [['['.repeat(100_000), annotations]], 'neither YAML nor JSON of an object'],
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

test('a tar that ends too early is taken as it is, as the resolver does', async () => {
  const target = createMemoryTarget();
  const { content } = await packLayer([{ path: 'a', content: yaml }], { compression: 'none' });
  await pushLayers(target, [[(content as Uint8Array).subarray(0, 540), annotations]]);

  const { entries, problems } = await readBundle(target, 'latest');

  expect(entries[0]?.text).toHaveLength(540);
  expect(problems.map(({ by }) => by)).toContain('tkn');
});

test('layers that are small on their own and without end together are refused', async () => {
  const target = createMemoryTarget();
  const layer = gzipSync(Buffer.concat([Buffer.from(`${yaml}#`), Buffer.alloc(15_000_000, 'x')]));
  await pushLayers(
    target,
    Array.from({ length: 6 }, () => [layer, annotations]),
  );

  await expect(readBundle(target, 'latest')).rejects.toThrow(
    'its layers together have more than 67108864 bytes: no bundle has',
  );
});

test('more layers than anybody wants to look at are refused before they are fetched', async () => {
  const target = createMemoryTarget();
  await pushLayers(
    target,
    Array.from({ length: 201 }, () => [Buffer.from(yaml), annotations]),
  );

  await expect(readBundle(target, 'latest')).rejects.toThrow('has 201 layers: no bundle has');
});

test('an artifact without a configuration resolves, and tkn cannot list it', async () => {
  const target = createMemoryTarget();
  const parts = [{ mediaType: 'application/yaml', content: Buffer.from(yaml), annotations }];
  const { digest } = await pushArtifact(target, { artifactType: 'application/x', parts });

  const { entries, problems } = await readBundle(target, digest);

  expect(entries).toHaveLength(1);
  expect(problems).toContainEqual({
    by: 'tkn',
    message: 'tkn refuses a configuration with 0 diff_ids for 1 layers',
  });
});

test('bytes that are not what their digest says are no bundle', async () => {
  const good = createMemoryTarget();
  const root = await packBundle(good, [parse(yaml) as object]);
  const bad: MemoryTarget = {
    ...good,
    async *fetch(descriptor) {
      const bytes = await collect(good.fetch(descriptor));
      yield descriptor.mediaType.includes('layer') ? gzipSync(Buffer.from('{}')) : bytes;
    },
  };
  const repository = {
    ...bad,
    fetch: (descriptor: Descriptor) => verified(bad.fetch(descriptor), descriptor, 'it'),
  };

  await expect(readBundle(repository, root.digest)).rejects.toThrow(DigestMismatchError);
});

function name(index: number): string {
  return String.fromCodePoint(97 + index);
}

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
