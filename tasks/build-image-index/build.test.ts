import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, packLayer, parseReference, pushImage, readImages } from '#lib/oci';
import { run } from '#lib/process';
import { runStepWith } from '#test/context';
import { startRegistry } from '#test/registries/registry';
import build from './build.ts';

let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

test('joins images into an index in the order of the platforms', async () => {
  const image = `${registry.host}/joins/image:1`;
  const IMAGES = [await push(image, 's390x'), await push(image, 'amd64')];

  const results = await runStepWith(build, {
    IMAGE: image,
    IMAGES,
    PLATFORMS: ['linux/x86_64', 'linux/s390x'],
  });

  const { root, images } = await read(image);
  expect(results).toMatchObject({
    IMAGE_URL: image,
    IMAGE_DIGEST: root.digest,
    IMAGE_REF: `${image}@${root.digest}`,
  });
  expect(images.map(({ config }) => config.architecture)).toEqual(['amd64', 's390x']);
  expect(results.IMAGES.split(',')).toHaveLength(2);
  expect(results.PLATFORMS).toEqual(['linux/amd64', 'linux/s390x']);
  expect(results.NODE_PLATFORM).toBe(await machine());
});

test.for([
  ['missing', ['amd64'], ['linux/amd64', 'linux/arm64'], 'linux/arm64 is missing'],
  ['extra', ['amd64', 'arm64'], ['linux/amd64'], 'linux/arm64 is not wanted'],
  ['twice', ['amd64', 'amd64'], [], 'two of the images are for linux/amd64'],
] as const)(
  'with a platform %s it refuses and moves no tag',
  async ([name, architectures, PLATFORMS, message]) => {
    const image = `${registry.host}/refuses/${name}:1`;
    const IMAGES = await Promise.all(
      architectures.map((architecture, index) => push(image, architecture, `${index}`)),
    );

    const failure = runStepWith(build, { IMAGE: image, IMAGES, PLATFORMS });

    await expect(failure).rejects.toThrow(message);
    await expect(read(image)).rejects.toThrow('1');
  },
);

test('refuses images of two formats', async () => {
  const image = `${registry.host}/mixed/image:1`;
  const IMAGES = [await push(image, 'amd64', 'a', 'oci'), await push(image, 'arm64', 'b', 'docker')];

  const failure = runStepWith(build, { IMAGE: image, IMAGES });

  await expect(failure).rejects.toThrow('different formats: docker and oci');
});

test('refuses an image of another repository', async () => {
  const image = `${registry.host}/one/image:1`;
  const other = await push(`${registry.host}/other/image:1`, 'amd64');

  await expect(runStepWith(build, { IMAGE: image, IMAGES: [other] })).rejects.toThrow(
    `cannot put ${other} into`,
  );
});

test('with one image and no index asked for, the image gets the tag', async () => {
  const image = `${registry.host}/single/image:1`;
  const only = await push(image, 'amd64');

  const results = await runStepWith(build, { IMAGE: image, IMAGES: [only], ALWAYS_BUILD_INDEX: 'false' });

  expect(only.endsWith(results.IMAGE_DIGEST)).toBe(true);
  expect((await read(image)).index).toBeUndefined();
});

async function push(image: string, architecture: string, content = 'x', format: 'oci' | 'docker' = 'oci') {
  using client = createRegistryClient();
  const layer = await packLayer([{ path: 'file', content }], { format });
  const target = client.repository(parseReference(image));
  const { digest } = await pushImage(target, {
    config: { os: 'linux', architecture },
    layers: [layer],
    format,
  });
  return `${target.name}@${digest}`;
}

async function read(image: string) {
  using client = createRegistryClient();
  const reference = parseReference(image);
  return readImages(client.repository(reference), reference.tag ?? 'latest');
}

/** The platform of this machine, in Go's names. */
async function machine(): Promise<string> {
  const { stdout } = await run('uname', ['-m']);
  const names: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };
  return `linux/${names[stdout.trim()] ?? stdout.trim()}`;
}
