import { createRegistryClient, packLayer, parseReference, pushImage, readImages } from '#lib/oci';

/** Pushes an image of one file, without a tag, into the repository of `image`; repository@digest of it. */
export async function push(
  image: string,
  architecture: string,
  content = 'x',
  format: 'oci' | 'docker' = 'oci',
) {
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

/** What the tag of `image` names. */
export async function read(image: string) {
  using client = createRegistryClient();
  const reference = parseReference(image);
  return await readImages(client.repository(reference), reference.tag ?? 'latest');
}

export function digestIn(image: string): string {
  return image.slice(image.indexOf('@') + 1);
}
