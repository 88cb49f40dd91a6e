import { expect, test } from 'vitest';
import { type Descriptor, describe } from './descriptor.ts';
import { InvalidManifestError, MissingPlatformError, NotFoundError } from './errors.ts';
import { createMemoryTarget } from './memory.ts';
import { packLayer } from './pack.ts';
import { parsePlatform } from './platform.ts';
import { pushArtifact } from './push-artifact.ts';
import { pushImage, pushIndex } from './push-image.ts';
import { readImage, readImages } from './read-image.ts';
import type { Target } from './target.ts';

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

  expect((await readImages(target, '1')).images).toHaveLength(1);
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

test('refuses what is no image', async () => {
  const target = createMemoryTarget();
  const parts = [{ mediaType: 'text/plain', content: Buffer.from('x') }];
  const artifact = await pushArtifact(target, { artifactType: 'text/plain', parts });

  await expect(readImage(target, artifact.digest)).rejects.toThrow(
    'is no image: its config is a application/vnd.oci.empty.v1+json',
  );
});

test.for([
  ['nonsense', 'is not JSON'],
  ['[]', 'is no JSON object'],
  ['{"schemaVersion":1}', 'schemaVersion is 1, only 2 is known'],
  ['{"schemaVersion":2}', 'it needs either layers or manifests'],
  ['{"schemaVersion":2,"manifests":{}}', 'manifests is no list'],
  ['{"schemaVersion":2,"layers":[],"config":3}', 'config is no descriptor'],
  [
    '{"schemaVersion":2,"layers":[],"config":{"mediaType":"a","digest":"../../x","size":1}}',
    'config.digest "../../x" is none',
  ],
  [
    `{"schemaVersion":2,"layers":[],"config":{"mediaType":"a","digest":"sha256:${'a'.repeat(64)}","size":-1}}`,
    'config.size is no number of bytes',
  ],
] as const)('says what is wrong with %s', async ([text, message]) => {
  const bytes = Buffer.from(text);
  const descriptor = describe('application/vnd.oci.image.manifest.v1+json', bytes);
  const target = {
    ...createMemoryTarget(),
    resolve: async () => descriptor,
    async *fetch() {
      yield bytes;
    },
  };

  const failure = readImage(target, '1');

  await expect(failure).rejects.toThrow(InvalidManifestError);
  await expect(failure).rejects.toThrow(message);
});

test('refuses a configuration with diff_ids that are none', async () => {
  const { target } = await example([]);
  const bytes = Buffer.from('{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":["nonsense"]}}');
  const config = describe('application/vnd.oci.image.config.v1+json', bytes);
  await target.push(config, bytes);
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [] }));
  const descriptor = describe('application/vnd.oci.image.manifest.v1+json', manifest);
  await target.push(descriptor, manifest);

  await expect(readImage(target, descriptor.digest)).rejects.toThrow('has no valid rootfs.diff_ids');
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

async function example(architectures: readonly string[]) {
  const target = createMemoryTarget();
  const manifests: Descriptor[] = [];
  for (const architecture of architectures) {
    const layer = await packLayer([{ path: 'file', content: architecture }]);
    manifests.push(await pushImage(target, { config: { os: 'linux', architecture }, layers: [layer] }));
  }
  return { target, manifests };
}
