import { ExpectedError } from '#lib/errors';
import { type Image, openLayer, type ReadableTarget } from '#lib/oci';
import { readRootfs } from '#lib/rootfs';
import type { Package } from '#lib/sbom';

/**
 * Every package of Debian has its licence in the image that gives it on: `/usr/share/doc/<package>/copyright` (Debian
 * Policy 12.5), which dpkg leaves out where documentation is excluded. RPMs mark theirs as `%license`, which `nodocs`
 * does not leave out.
 *
 * @throws {ExpectedError} with the packages that lack it
 */
export async function requireLicences(
  target: ReadableTarget,
  { manifest, config }: Pick<Image, 'manifest' | 'config'>,
  packages: readonly Package[],
): Promise<void> {
  const layers = manifest.layers.map((layer, index) => ({
    name: layer.digest,
    open: () => openLayer(target, layer, { diffId: config.rootfs.diff_ids[index] }),
  }));
  await using rootfs = await readRootfs(layers, { wanted: () => [] });
  const lacking = packages
    .filter(({ purl }) => purl.startsWith('pkg:deb/'))
    .map(({ name }) => name)
    .filter((name) => rootfs.resolve(`usr/share/doc/${name}/copyright`) === undefined);
  if (lacking.length === 0) return;
  throw new ExpectedError(`the image for ${config.architecture} has no licence of ${lacking.join(', ')}`, {
    hint: 'dpkg must not leave out /usr/share/doc/*/copyright, in the base image either',
  });
}
