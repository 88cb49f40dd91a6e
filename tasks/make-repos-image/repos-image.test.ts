import { expect, test } from 'vitest';
import { createMemoryTarget, fetchManifest, parsePlatform, readImages } from '#lib/oci';
import { fakeCompose, onlyCompose } from '#test/fake-compose';
import { pushReposImage, type ReposImage } from './repos-image.ts';

const image: ReposImage = {
  variants: ['Everything'],
  gpgcheck: true,
  gpgkeys: ['file:///a'],
  releasever: '43',
  platforms: ['linux/amd64', 'linux/s390x'].map((platform) => parsePlatform(platform)),
  tags: ['Fedora-43-20261123.n.0', '43-1'],
};

test('one layer for all platforms, under one index with the tag', async () => {
  const target = createMemoryTarget();

  const { digest } = await pushReposImage(target, onlyCompose({}), image);

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

test('of several composes the newest gives the image its name, and each has labels of its own', async () => {
  const target = createMemoryTarget();
  const release = fakeCompose({
    id: 'Fedora-43-20251021.0',
    date: '20251021',
    location: 'https://h/release',
  });
  const updates = fakeCompose({ id: 'Fedora-43-updates-20261123.0', location: 'https://h/updates' });

  const { digest } = await pushReposImage(
    target,
    [
      { role: 'updates', compose: updates },
      { role: 'release', compose: release },
    ],
    image,
  );

  const { images } = await readImages(target, digest);
  expect(images[0]?.config.config?.Labels).toMatchObject({
    'redhat.compose-id': updates.id,
    'compose-branched-id': updates.id,
    'org.fedoraproject.compose.updates.id': updates.id,
    'org.fedoraproject.compose.release.id': release.id,
    'org.fedoraproject.compose.release.url': 'https://h/release',
  });
  expect(images[0]?.config.created?.slice(0, 10)).toBe('2026-11-23');
});

test('the same compose gives the same image', async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(() => pushReposImage(createMemoryTarget(), onlyCompose({}), image)),
  );

  expect(one).toEqual(two);
});

test('that of Rawhide says so', async () => {
  const target = createMemoryTarget();
  const compose = onlyCompose({ id: 'Fedora-Rawhide-20261123.n.0', version: 'Rawhide' });

  const { digest } = await pushReposImage(target, compose, { ...image, releasever: 'rawhide' });

  const [first] = (await readImages(target, digest)).images;
  expect(first?.config.config?.Labels).toMatchObject({
    'org.opencontainers.image.version': 'rawhide',
    'compose-rawhide-id': 'Fedora-Rawhide-20261123.n.0',
  });
});

test.for(['2026-11-23', '', '20261123\n\x1b'])('the date %j is refused', async (date) => {
  const pushed = pushReposImage(createMemoryTarget(), onlyCompose({ date }), image);

  await expect(pushed).rejects.toThrow(/^composeinfo\.json has the date "[^\p{Cc}]*", not YYYYMMDD$/u);
});

test('layer, time and index are those of the compose, and each platform is told', async () => {
  const target = createMemoryTarget();
  const pushed: string[] = [];

  const { digest } = await pushReposImage(target, onlyCompose({}), image, {
    onPushed: ({ architecture }) => void pushed.push(architecture),
  });

  const { images } = await readImages(target, digest);
  const index = await fetchManifest(target, await target.resolve(digest));
  expect(pushed).toEqual(['amd64', 's390x']);
  expect(images.map(({ config }) => config.created?.slice(0, 10))).toEqual(['2026-11-23', '2026-11-23']);
  expect(images.map(({ manifest }) => manifest.layers.length)).toEqual([1, 1]);
  expect(index).toMatchObject({ annotations: { 'redhat.compose-id': 'Fedora-43-20261123.n.0' } });
});
