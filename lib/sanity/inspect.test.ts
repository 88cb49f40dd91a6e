import { expect, test } from 'vitest';
import { createMemoryTarget, describe, mediaTypeOf, type ReadableTarget } from '#lib/oci';
import { inspectImage } from '#lib/sanity';
import { itemsOf, layerOf, pushBootcImage, rpmdbPlace } from '#test/images/bootc-image';
import { type Files, pe } from '#test/images/bootc-root';

const usual: Files = {
  'etc/os-release': '-> ../usr/lib/os-release',
  'etc/dnf/dnf.conf': '[main]\n',
  'usr/lib/rpm/macros': '%_dbpath /usr/lib/sysimage/rpm\n',
  'var/lib/rpm': `-> ../../${rpmdbPlace.slice(0, rpmdbPlace.lastIndexOf('/'))}`,
  'etc/tmpfiles.d/x.conf': 'd /var/lib/x\n',
  'etc/ostree/remotes.d/fedora.conf': '[remote "fedora"]\nurl=https://ostree.example/\n',
  'usr/lib/bootc/bound-images.d/a.image': '-> /usr/share/containers/systemd/a.image',
  'usr/share/containers/systemd/a.image': '[Image]\nImage=quay.io/a/b\n',
  'boot/EFI/Linux/a.efi': pe(),
};

test('each part of an image is fetched once', async () => {
  const target = createMemoryTarget();
  const layers = [layerOf(itemsOf(usual))];
  const { digest } = await pushBootcImage(target, { layers });

  const { fetched } = await inspectCounted(target, digest);

  // Manifest, configuration, two layers.
  expect(fetched).toHaveLength(4);
  expect(new Set(fetched).size).toBe(4);
});

test('an index that names one image 64 times, and one of the same layers, has each part fetched once', async () => {
  const target = createMemoryTarget();
  const image = await pushBootcImage(target);
  const other = await pushBootcImage(target, { labels: { a: 'b' } });
  const manifests = Array.from({ length: 64 }, (_, index) => ({
    ...(index === 63 ? other : image),
    platform: { os: 'linux', architecture: 'arm', variant: `v${index}` },
  }));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypeOf('index'), manifests }));
  const root = describe(mediaTypeOf('index'), bytes);
  await target.push(root, bytes);

  const { fetched, platforms } = await inspectCounted(target, root.digest);

  expect(platforms).toHaveLength(64);
  expect(platforms.every(({ rootfs }) => rootfs.read('usr/lib/os-release').kind === 'content')).toBe(true);
  // The index, two manifests, two configurations, one layer.
  expect(fetched).toHaveLength(6);
  expect(new Set(fetched).size).toBe(6);
});

async function inspectCounted(target: ReadableTarget, digest: string) {
  const fetched: string[] = [];
  const counting: ReadableTarget = {
    ...target,
    fetch: (descriptor, options) => {
      fetched.push(descriptor.digest);
      return target.fetch(descriptor, options);
    },
  };
  const options = { reference: 'a', digest, expected: [], composes: [] };
  return { fetched, platforms: (await inspectImage(counting, options)).platforms };
}
