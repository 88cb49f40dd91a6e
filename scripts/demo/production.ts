import { createRegistryClient, NotFoundError, parseReference } from '#lib/oci';
import { images } from '../../bundles/catalog.ts';
import type { Place } from './place.ts';

/** Images that bootc-compose builds: all but that of the repositories. */
export const imageNames = images.images.filter(({ made }) => made.of !== 'compose').map(({ name }) => name);

/** Repository that an image is promoted to. */
export function productionOf(place: Pick<Place, 'registry'>, image: string): string {
  return `${place.registry.host}/production/fedora-bootc-${image}`;
}

/** All tags in production as image:tag, with their digests. */
export async function productionTags(
  place: Pick<Place, 'registry'>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for (const image of imageNames)
    for (const [tag, digest] of await tagsOf(productionOf(place, image), signal))
      all.set(`${image}:${tag}`, digest);
  return all;
}

/** Tags of a repository with their digests; none where there is no such repository. */
export async function tagsOf(repository: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  using client = createRegistryClient();
  const target = client.repository(parseReference(repository));
  const tags = new Map<string, string>();
  try {
    for await (const tag of target.tags({ signal }))
      tags.set(tag, (await target.resolve(tag, { signal })).digest);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  return tags;
}
