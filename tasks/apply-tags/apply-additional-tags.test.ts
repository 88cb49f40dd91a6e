import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, NotFoundError, packLayer, parseReference, pushImage } from '#lib/oci';
import { runStepWith } from '#test/context';
import { startRegistry } from '#test/registries/registry';
import applyTags from './apply-additional-tags.ts';

let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

test('sets the tags asked for and those of the label, each once', async () => {
  const { image, digest, target } = await pushLabelled('both', 'c, b d');

  await runStepWith(applyTags, { IMAGE_URL: image, IMAGE_DIGEST: digest, ADDITIONAL_TAGS: ['a', 'b'] });

  const digests = await Promise.all(['a', 'b', 'c', 'd'].map((tag) => target.resolve(tag)));
  expect(digests.map((descriptor) => descriptor.digest)).toEqual([digest, digest, digest, digest]);
});

test('one bad tag, and none is set', async () => {
  const { image, digest, target } = await pushLabelled('bad', 'fine -bad');

  const failure = runStepWith(applyTags, { IMAGE_URL: image, IMAGE_DIGEST: digest, ADDITIONAL_TAGS: ['a'] });

  await expect(failure).rejects.toThrow('"-bad"');
  await expect(target.resolve('a')).rejects.toThrow(NotFoundError);
});

async function pushLabelled(name: string, label: string) {
  const image = `${registry.host}/tags/${name}:1`;
  const target = createRegistryClient().repository(parseReference(image));
  const config = {
    os: 'linux',
    architecture: 'amd64',
    config: { Labels: { 'konflux.additional-tags': label } },
  };
  const layers = [await packLayer([{ path: 'file', content: name }])];
  const { digest } = await pushImage(target, { config, layers, tags: ['1'] });
  return { image, digest, target };
}
