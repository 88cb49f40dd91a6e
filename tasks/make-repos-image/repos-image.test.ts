import { expect, test } from 'vitest';
import { createMemoryTarget, fetchManifest, parsePlatform, readImages } from '#lib/oci';
import { fakeCompose } from '#test/fake-compose';
import { pushReposImage, type ReposImage } from './repos-image.ts';

const image: ReposImage = {
  variants: ['Everything'],
  gpgcheck: true,
  gpgkeys: ['file:///a'],
  releasever: '43',
  platforms: ['linux/amd64', 'linux/s390x'].map((platform) => parsePlatform(platform)),
  tag: '43-1',
};

test('one layer for all platforms, under one index with the tag', async () => {
  const target = createMemoryTarget();

  const { digest } = await pushReposImage(target, fakeCompose({}), image);

  const { images } = await readImages(target, digest);
  const layers = images.map(({ manifest }) => manifest.layers[0]?.digest);
  expect(images.map(({ config }) => config.architecture)).toEqual(['amd64', 's390x']);
  expect(new Set(layers).size).toBe(1);
  expect(target.tags.get('43-1')?.digest).toBe(digest);
  expect(images[0]?.config.config?.Labels).toEqual({
    'redhat.compose-id': 'Fedora-43-20261123.n.0',
    'org.fedoraproject.compose.id': 'Fedora-43-20261123.n.0',
    'org.fedoraproject.compose.url': 'https://kojipkgs.example/compose/43',
    'org.opencontainers.image.version': '43',
    'compose-branched-id': 'Fedora-43-20261123.n.0',
  });
});

test('the same compose gives the same image', async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(() => pushReposImage(createMemoryTarget(), fakeCompose({}), image)),
  );

  expect(one).toEqual(two);
});

test('that of Rawhide says so', async () => {
  const target = createMemoryTarget();
  const compose = fakeCompose({ id: 'Fedora-Rawhide-20261123.n.0', version: 'Rawhide' });

  const { digest } = await pushReposImage(target, compose, { ...image, releasever: 'rawhide' });

  const [first] = (await readImages(target, digest)).images;
  expect(first?.config.config?.Labels).toMatchObject({
    'org.opencontainers.image.version': 'rawhide',
    'compose-rawhide-id': 'Fedora-Rawhide-20261123.n.0',
  });
});

test.for(['2026-11-23', '', '20261123\n\x1b'])('the date %j is refused', async (date) => {
  const pushed = pushReposImage(createMemoryTarget(), fakeCompose({ date }), image);

  await expect(pushed).rejects.toThrow(/^composeinfo\.json has the date "[^\p{Cc}]*", not YYYYMMDD$/u);
});

test('layer, time and index are those of the compose, and each platform is told', async () => {
  const target = createMemoryTarget();
  const pushed: string[] = [];

  const { digest } = await pushReposImage(target, fakeCompose({}), image, {
    onPushed: ({ architecture }) => void pushed.push(architecture),
  });

  const { images } = await readImages(target, digest);
  const index = await fetchManifest(target, await target.resolve(digest));
  expect(pushed).toEqual(['amd64', 's390x']);
  expect(images.map(({ config }) => config.created?.slice(0, 10))).toEqual(['2026-11-23', '2026-11-23']);
  expect(images.map(({ manifest }) => manifest.layers.length)).toEqual([1, 1]);
  expect(index).toMatchObject({ annotations: { 'redhat.compose-id': 'Fedora-43-20261123.n.0' } });
});
