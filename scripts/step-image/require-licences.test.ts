import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createLayout, createMemoryTarget, type LayerFile, packLayer, pushImage, readImage } from '#lib/oci';
import { packagesOfImage } from '#lib/sbom';
import { requireLicences } from './require-licences.ts';

const libc = { name: 'libc6', version: '2.42-1', purl: 'pkg:deb/debian/libc6@2.42-1' };
const glibc = { name: 'glibc', version: '2.42-1', purl: 'pkg:rpm/fedora/glibc@2.42-1' };
const path = 'usr/share/doc/libc6/copyright';

test.for<[name: string, files: readonly LayerFile[]]>([
  ['it is a file', [{ path, content: 'LGPL' }]],
  [
    'its directory is a link to that of another package',
    [
      { path: 'usr/share/doc/libc-common/copyright', content: 'LGPL' },
      { path: 'usr/share/doc/libc6', link: 'libc-common' },
    ],
  ],
])('an image has the licence of a package of Debian where %s', async ([, files]) => {
  await expect(check(files)).resolves.toBeUndefined();
});

test.for<[name: string, files: readonly LayerFile[]]>([
  ['there is none', [{ path: 'usr/share/doc/libc7/copyright', content: 'LGPL' }]],
  ['the link leads nowhere', [{ path, link: '../libc-common/copyright' }]],
])('it has not where %s', async ([, files]) => {
  await expect(check(files)).rejects.toThrow('the image for s390x has no licence of libc6');
});

const root = resolve(import.meta.dirname, '../..');
const cache = join(root, '.cache/tools');
const [built] = existsSync(cache) ? readdirSync(cache).filter((name) => /^[0-9a-f]{16}$/.test(name)) : [];

test.skipIf(built === undefined)(
  `what scripts/image has built last has all of them${built === undefined ? ' (skipped: nothing is built)' : ''}`,
  { timeout: 120_000 },
  async () => {
    const layout = createLayout(join(cache, built ?? ''));
    const image = await readImage(layout, 'tools');
    const packages = await packagesOfImage(layout, image);

    await requireLicences(layout, image, packages);

    expect(packages.length).toBeGreaterThan(50);
  },
);

async function check(files: readonly LayerFile[]): Promise<void> {
  const target = createMemoryTarget();
  const config = { os: 'linux', architecture: 's390x' };
  await pushImage(target, { config, layers: [await packLayer(files)], tags: ['1'] });
  await requireLicences(target, await readImage(target, '1'), [glibc, libc]);
}
