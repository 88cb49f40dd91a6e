import { expect, test } from 'vitest';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { MissingPlatformError, NotFoundError } from '../model/errors.ts';
import { parsePlatform } from '../model/platform.ts';
import type { Target } from '../model/target.ts';
import { createMemoryTarget } from '../stores/memory.ts';
import { packLayer } from '../write/pack.ts';
import { pushArtifact } from '../write/push-artifact.ts';
import { pushImage, pushIndex } from '../write/push-image.ts';
import { layerProblems } from './layer-problems.ts';
import { readImage, readImages } from './read-image.ts';

test('reads an index with each manifest and configuration', async () => {
  const { target, manifests } = await example(['amd64', 's390x']);
  const root = await pushIndex(target, { manifests, annotations: { a: 'b' }, tags: ['1'] });

  const set = await readImages(target, '1');

  expect(set.root.digest).toBe(root.digest);
  expect(set.index?.annotations).toEqual({ a: 'b' });
  expect(set.images.map(({ config }) => config.architecture)).toEqual(['amd64', 's390x']);
  expect(set.images[0]?.config.rootfs.diff_ids).toHaveLength(1);
  expect(set.images[1]?.descriptor.platform).toEqual({ os: 'linux', architecture: 's390x' });
});

test('reads one image as a set of one', async () => {
  const { target, manifests } = await example(['amd64']);

  const { index, images } = await readImages(target, (manifests[0] as Descriptor).digest);

  expect(index).toBeUndefined();
  expect(images).toHaveLength(1);
});

test('leaves out attestations', async () => {
  const { target, manifests } = await example(['amd64']);
  const attestation = { ...(manifests[0] as Descriptor), platform: parsePlatform('unknown/unknown') };
  await pushIndex(target, { manifests: [...manifests, attestation], tags: ['1'] });

  const { images, others } = await readImages(target, '1');
  expect(images).toHaveLength(1);
  expect(others).toMatchObject([{ why: 'an attestation', mayBeChosen: false }]);
});

test.for([
  [
    'a media type that is no manifest',
    { mediaType: 'text/plain' },
    '"text/plain", which is no image manifest',
    true,
  ],
  [
    'such a media type and no platform',
    { mediaType: 'text/plain', platform: undefined },
    '"text/plain", which is no image manifest',
    true,
  ],
  [
    'the media type of an index',
    { mediaType: 'application/vnd.oci.image.index.v1+json' },
    'an index inside another index',
    true,
  ],
] as const)(
  'names a member with %s, which clients take by its platform',
  async ([, change, why, mayBeChosen]) => {
    const { target, manifests } = await example(['amd64', 'amd64-2']);
    const [other, image] = manifests as [Descriptor, Descriptor];
    const { platform: _, ...bare } = { ...other, ...change };
    const { platform } = { platform: other.platform, ...change };
    const member = { ...bare, ...(platform === undefined ? {} : { platform }) };
    await pushRaw(target, { schemaVersion: 2, manifests: [member, image] }, '1');

    const { images, others } = await readImages(target, '1');

    expect(images.map(({ descriptor }) => descriptor.digest)).toEqual([image.digest]);
    expect(others).toEqual([{ descriptor: member, why, mayBeChosen }]);
    if (platform !== undefined)
      await expect(readImage(target, '1', { platform })).rejects.toThrow(`is no image: it is ${why}`);
  },
);

test('names an artifact among the members, and that a client takes it where it has a platform', async () => {
  const { target, manifests } = await example(['amd64']);
  const parts = [{ mediaType: 'text/plain', content: Buffer.from('x') }];
  const artifact = await pushArtifact(target, { artifactType: 'text/x\u001b', parts });
  const nowhere = { ...artifact, platform: { os: '', architecture: '' } };
  const members = [artifact, { ...artifact, platform: parsePlatform('linux/amd64') }, nowhere, ...manifests];
  await pushRaw(target, { schemaVersion: 2, manifests: members }, '1');

  const { images, others } = await readImages(target, '1');

  expect(images).toHaveLength(1);
  expect(others.map(({ why, mayBeChosen }) => [why, mayBeChosen])).toEqual([
    ['an artifact, "text/x\\u001b"', false],
    ['an artifact, "text/x\\u001b"', true],
    ['an artifact, "text/x\\u001b"', false],
  ]);
});

test('reads a member without a platform: a client takes it where no other fits', async () => {
  const { target, manifests } = await example(['amd64', 's390x']);
  const { platform: _, ...bare } = manifests[1] as Descriptor;
  await pushRaw(target, { schemaVersion: 2, manifests: [manifests[0], bare] }, '1');

  expect((await readImages(target, '1')).images.map(({ config }) => config.architecture)).toEqual([
    'amd64',
    's390x',
  ]);
});

test('an index of nothing has no images', async () => {
  const { target } = await example([]);
  await pushRaw(target, { schemaVersion: 2, manifests: [] }, '1');

  expect(await readImages(target, '1')).toMatchObject({ images: [], others: [] });
  await expect(readImage(target, '1')).rejects.toThrow('is an index for none');
});

test('an index of very many members is refused before they are read', async () => {
  const { target, manifests } = await example(['amd64']);
  await pushRaw(target, { schemaVersion: 2, manifests: Array(65).fill(manifests[0]) }, '1');

  await expect(readImages(target, '1')).rejects.toThrow('is an index of 65 members, more than 64');
});

test('an image of very many layers is refused', async () => {
  const { target, manifests } = await example(['amd64']);
  const { manifest } = await readImage(target, (manifests[0] as Descriptor).digest);
  await pushRaw(target, { ...manifest, layers: Array(501).fill(manifest.layers[0]) }, '1');

  await expect(readImages(target, '1')).rejects.toThrow('has 501 layers, more than the 500');
});

test('says what does not add up between layers and configuration', async () => {
  const { target, manifests } = await example(['amd64']);
  const { manifest, config } = await readImage(target, (manifests[0] as Descriptor).digest);
  const [layer] = manifest.layers as readonly [Descriptor];

  expect(layerProblems({ manifest, config })).toEqual([]);
  expect(layerProblems({ manifest: { ...manifest, layers: [layer, layer] }, config })).toEqual([
    'the manifest has 2 layers, the configuration 1 diff_ids',
  ]);
  expect(layerProblems({ manifest: { ...manifest, layers: [] }, config })).toEqual([
    'the manifest has 0 layers, the configuration 1 diff_ids',
  ]);
  const strange = { ...layer, mediaType: 'application/vnd.oci.image.layer.v1.tar+encrypted' };
  expect(layerProblems({ manifest: { ...manifest, layers: [strange] }, config })).toEqual([
    'layer 1 is "application/vnd.oci.image.layer.v1.tar+encrypted", which is no layer',
  ]);
  const foreign = { ...layer, mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd' };
  expect(layerProblems({ manifest: { ...manifest, layers: [foreign] }, config })).toEqual([]);
});

test('reads a configuration with nulls, as Go writes them', async () => {
  const { target } = await example([]);
  const bytes = Buffer.from(
    '{"os":"linux","architecture":"amd64","config":{"Cmd":null,"Labels":null},"history":null}',
  );
  const config = describe('application/vnd.oci.image.config.v1+json', bytes);
  await target.push(config, bytes);
  await pushRaw(target, { schemaVersion: 2, config, layers: [], annotations: null }, '1');

  expect((await readImage(target, '1')).config).toEqual({
    os: 'linux',
    architecture: 'amd64',
    config: {},
    rootfs: { type: 'layers', diff_ids: [] },
  });
});

test('takes the image of a platform, under any of its names', async () => {
  const { target, manifests } = await example(['amd64', 'arm64']);
  await pushIndex(target, { manifests, tags: ['1'] });

  const image = await readImage(target, '1', { platform: parsePlatform('linux/aarch64') });

  expect(image.config.architecture).toBe('arm64');
});

test('says which platforms there are when the one is missing', async () => {
  const { target, manifests } = await example(['amd64', 'arm64']);
  await pushIndex(target, { manifests, tags: ['1'] });

  const failure = readImage(target, '1', { platform: parsePlatform('linux/s390x') });

  await expect(failure).rejects.toThrow(MissingPlatformError);
  await expect(failure).rejects.toThrow(
    'memory:1 is an index for linux/amd64, linux/arm64: it has no image for linux/s390x',
  );
  await expect(readImage(target, '1')).rejects.toThrow('say which platform you mean');
});

test('refuses a single image of another platform', async () => {
  const { target, manifests } = await example(['amd64']);
  const { digest } = manifests[0] as Descriptor;

  const failure = readImage(target, digest, { platform: parsePlatform('linux/s390x') });

  await expect(failure).rejects.toMatchObject({ available: ['linux/amd64'] });
});

test('an index of a manifest that is not there is not pushed', async () => {
  const { target } = await example([]);
  const missing = describe('application/vnd.oci.image.manifest.v1+json', Buffer.from('{}'));

  const failure = pushIndex(target, { manifests: [missing], tags: ['1'] });

  await expect(failure).rejects.toThrow(NotFoundError);
  expect(target.tags.size).toBe(0);
});

test('the same image has the same digest, and docker types where they are asked for', async () => {
  const layer = await packLayer([{ path: 'a' }], { format: 'docker' });
  const push = (target: Target, format: 'oci' | 'docker') =>
    pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers: [layer], format });

  const [one, two] = await Promise.all(
    [createMemoryTarget(), createMemoryTarget()].map((to) => push(to, 'oci')),
  );
  const docker = await push(createMemoryTarget(), 'docker');

  expect(one?.digest).toBe(two?.digest);
  expect(docker.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
});

/** Pushes a document as it is, whatever is in it. */
async function pushRaw(target: Target, document: object, tag: string): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(document));
  const kind = 'manifests' in document ? 'index' : 'manifest';
  const descriptor = describe(`application/vnd.oci.image.${kind}.v1+json`, bytes);
  await target.push(descriptor, bytes);
  await target.tag(descriptor, tag);
  return descriptor;
}

async function example(architectures: readonly string[]) {
  const target = createMemoryTarget();
  const manifests: Descriptor[] = [];
  for (const architecture of architectures) {
    const layer = await packLayer([{ path: 'file', content: architecture }]);
    manifests.push(await pushImage(target, { config: { os: 'linux', architecture }, layers: [layer] }));
  }
  return { target, manifests };
}
