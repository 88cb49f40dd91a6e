import { architectures } from '#lib/compose-fixture';
import {
  createLayout,
  fetchImageConfig,
  fetchManifest,
  isIndex,
  pushImage,
  pushIndex,
  type Repository,
} from '#lib/oci';

/**
 * Pushes the builder as an index for every architecture: upstream composes on a machine of the architecture that it
 * composes for, while here each image has the programs of this machine, and a variable that tells the stand-in of
 * rpm-ostree which architecture is meant (demo/builder/rpm-ostree).
 *
 * @param layout what scripts/builder-image made
 */
export async function pushBuilder(
  layout: string,
  target: Repository,
  tag: string,
  signal?: AbortSignal,
): Promise<void> {
  const source = createLayout(layout);
  const manifest = await fetchManifest(source, await source.resolve('builder', { signal }), { signal });
  if (isIndex(manifest)) throw new Error(`${layout} has an index in place of an image`);
  const { rootfs, ...image } = await fetchImageConfig(source, manifest.config, { signal });
  const layers = manifest.layers.map((descriptor, index) => ({
    descriptor,
    diffId: rootfs.diff_ids[index] ?? descriptor.digest,
    content: () => source.fetch(descriptor, { signal }),
  }));
  const manifests = [];
  for (const { rpm, oci } of architectures) {
    const env = [...(image.config?.Env ?? []), `STAND_IN_BASEARCH=${rpm}`];
    const config = { ...image, architecture: oci, config: { ...image.config, Env: env } };
    manifests.push(await pushImage(target, { config, layers }, { signal }));
  }
  await pushIndex(target, { manifests, tags: [tag] }, { signal });
}
