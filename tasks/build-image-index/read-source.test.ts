import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, parseReference, pushArtifact, pushIndex } from '#lib/oci';
import { runStepWith } from '#test/context';
import { digestIn, push, read } from '#test/images/pushed';
import { startRegistry } from '#test/registries/registry';
import build from './build.ts';

let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

test('an index gives all of its images, and stays as it is where none is built', async () => {
  const image = `${registry.host}/nested/image:1`;
  const inner = await pushInner(`${registry.host}/nested/inner:1`, ['amd64', 's390x']);
  const arm64 = await push(image, 'arm64');

  const one = await runStepWith(build, { IMAGE: image, IMAGES: [inner], ALWAYS_BUILD_INDEX: 'false' });
  const joined = await runStepWith(build, { IMAGE: image, IMAGES: [inner, arm64] });

  expect(one).toMatchObject({ IMAGE_REF: inner, PLATFORMS: ['linux/amd64', 'linux/s390x'] });
  expect(joined.PLATFORMS).toEqual(['linux/amd64', 'linux/arm64', 'linux/s390x']);
  expect((await read(image)).images).toHaveLength(3);
});

test('an index that lists what is no image is refused, and so is an artifact without a platform', async () => {
  const image = `${registry.host}/strange/image:1`;
  const disk = await pushDisk(image);
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const member = {
    ...(await target.resolve(digestIn(disk))),
    platform: { os: 'linux', architecture: 'amd64' },
  };
  const { digest } = await pushIndex(target, { manifests: [member] });

  await expect(runStepWith(build, { IMAGE: image, IMAGES: [`${target.name}@${digest}`] })).rejects.toThrow(
    'it is an index that lists an artifact',
  );
  await expect(runStepWith(build, { IMAGE: image, IMAGES: [disk] })).rejects.toThrow('is no image');
  await expect(read(image)).rejects.toThrow('1');
});

test('an artifact is of the platform that is given for it', async () => {
  const image = `${registry.host}/artifacts/image:1`;
  const artifact = await pushDisk(image);
  const amd64 = await push(image, 'amd64');

  const results = await runStepWith(build, {
    IMAGE: image,
    IMAGES: [artifact, amd64],
    IMAGES_PLATFORMS: [`${artifact}=linux/s390x`, `${amd64}=linux/x86_64`],
  });

  expect(results.PLATFORMS).toEqual(['linux/amd64', 'linux/s390x']);
  expect((await read(image)).index?.manifests.map(({ digest }) => digest)).toEqual(
    [amd64, artifact].map(digestIn),
  );
});

test.for<[why: string, entries: (image: string) => readonly string[], message: string]>([
  ['contradicts the image', (image) => [`${image}=linux/s390x`], 'which is for linux/amd64'],
  ['is of no image', (image) => [`${image.replace('@', ':1@')}=linux/amd64`], 'not among IMAGES'],
  ['is there twice', (image) => [`${image}=linux/amd64`, `${image}=linux/amd64`], 'twice'],
  ['is no platform', (image) => [`${image}=linux`], 'not a platform'],
])('a given platform that %s is refused', async ([, entries, message]) => {
  const image = `${registry.host}/given/image:1`;
  const only = await push(image, 'amd64');
  const params = { IMAGE: image, IMAGES: [only], IMAGES_PLATFORMS: entries(only) };

  await expect(runStepWith(build, params)).rejects.toThrow(message);
  await expect(read(image)).rejects.toThrow('1');
});

async function pushInner(image: string, architectures: readonly string[]): Promise<string> {
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const images = await Promise.all(architectures.map((architecture) => push(image, architecture, 'inner')));
  const manifests = await Promise.all(
    images.map(async (one, index) => ({
      ...(await target.resolve(digestIn(one))),
      platform: { os: 'linux', architecture: architectures[index] ?? '' },
    })),
  );
  return `${target.name}@${(await pushIndex(target, { manifests })).digest}`;
}

/** An artifact whose configuration is empty, as oras pushes it. */
async function pushDisk(image: string): Promise<string> {
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const parts = [{ mediaType: 'application/x-disk', content: Buffer.from('disk') }];
  const { digest } = await pushArtifact(target, { artifactType: 'application/x-disk', parts });
  return `${target.name}@${digest}`;
}
