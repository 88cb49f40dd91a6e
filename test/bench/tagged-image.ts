import { createRegistryClient, packLayer, parseReference, pushImage, pushIndex } from '#lib/oci';

/** Pushes an index of two platforms whose images ask for two more tags by their label. */
export async function pushTaggedImage(host: string): Promise<{ url: string; digest: string }> {
  const url = `${host}/bench/image:1`;
  using client = createRegistryClient();
  const target = client.repository(parseReference(url));
  const layers = [await packLayer([{ path: 'file', content: 'content' }])];
  const manifests = [];
  for (const architecture of ['amd64', 'arm64']) {
    const config = {
      os: 'linux',
      architecture,
      config: { Labels: { 'konflux.additional-tags': 'label-1, label-2' } },
    };
    manifests.push(await pushImage(target, { config, layers }));
  }
  const { digest } = await pushIndex(target, { manifests, tags: ['1'] });
  return { url, digest };
}
