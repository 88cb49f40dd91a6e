import { expect, test } from 'vitest';
import { createMemoryTarget, type ReadableTarget } from '#lib/oci';
import { inspectImage } from '#lib/sanity';
import { itemsOf, layerOf, pushBootcImage, rpmdbPlace } from '#test/bootc-image';
import type { Files } from '#test/bootc-root';

const usual: Files = {
  'etc/os-release': '-> ../usr/lib/os-release',
  'etc/dnf/dnf.conf': '[main]\n',
  'usr/lib/rpm/macros': '%_dbpath /usr/lib/sysimage/rpm\n',
  'var/lib/rpm': `-> ../../${rpmdbPlace.slice(0, rpmdbPlace.lastIndexOf('/'))}`,
  'etc/tmpfiles.d/x.conf': 'd /var/lib/x\n',
};

test('each part of an image is fetched once', async () => {
  const target = createMemoryTarget();
  const layers = [layerOf(itemsOf(usual))];
  const { digest } = await pushBootcImage(target, { layers });
  const fetched: string[] = [];
  const counting: ReadableTarget = {
    ...target,
    fetch: (descriptor, options) => {
      fetched.push(descriptor.digest);
      return target.fetch(descriptor, options);
    },
  };

  await inspectImage(counting, { reference: 'a', digest, expected: [], compose: undefined });

  // Manifest, configuration, two layers.
  expect(fetched).toHaveLength(4);
  expect(new Set(fetched).size).toBe(4);
});
