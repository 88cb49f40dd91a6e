import { createLayout, packLayer, pushImage, pushIndex } from '#lib/oci';

/** Writes a step image for `publish` into an OCI layout, under tag 1; it has no steps, which publishing does not ask for. */
export async function writeEmptyStepImage(path: string): Promise<void> {
  const target = createLayout(path);
  const layers = [await packLayer([{ path: 'usr/libexec/bootc-catalog/packages.json', content: '[]' }])];
  const image = await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers });
  const annotations = { 'org.opencontainers.image.version': '0.1.0' };
  await pushIndex(target, { manifests: [image], annotations, tags: ['1'] });
}
