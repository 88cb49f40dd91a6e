import {
  createLimit,
  fetchManifest,
  formatPlatform,
  type Image,
  isIndex,
  kindOf,
  NotFoundError,
  parseReference,
  type RegistryClient,
  readImages,
} from '#lib/oci';
import { InvalidReleaseError } from '../errors.ts';
import type { RegistryFacts } from './apply-mapping.ts';
import type { ImageFacts } from './facts.ts';

/** Images that are read at once, from all registries together. */
const IMAGES_AT_ONCE = 8;
const HELM = 'application/vnd.cncf.helm.config.v1+json';

/** What registries say of images, each asked once. */
export function registryFacts(client: RegistryClient, signal: AbortSignal): RegistryFacts {
  const limit = createLimit(IMAGES_AT_ONCE);
  const listed = new Map<string, Promise<readonly string[]>>();
  return {
    factsOf: (image) => limit(() => read(client, image, signal)),
    tagsOf: (repository) => {
      const known = listed.get(repository) ?? list(client, repository, signal);
      listed.set(repository, known);
      return known;
    },
  };
}

async function read(client: RegistryClient, image: string, signal: AbortSignal): Promise<ImageFacts> {
  const { digest = '' } = parseReference(image);
  const repository = client.repository(image);
  const root = await repository.resolve(digest, { signal });
  const manifest = await fetchManifest(repository, root, { signal });
  if (!isIndex(manifest)) {
    if (manifest.config.mediaType === HELM)
      throw new InvalidReleaseError(`${image} is a Helm chart, which this pipeline does not release`);
    // An artifact has no platform, no labels, and no time.
    if (kindOf(manifest.config.mediaType) !== 'config') return [];
  }
  const { images, others } = await readImages(repository, digest, { signal });
  const other = others.find(({ mayBeChosen }) => mayBeChosen);
  if (other !== undefined)
    throw new InvalidReleaseError(
      `${image} has a member that is no image: ${other.descriptor.digest} is ${other.why}`,
    );
  return images.map(factsOf);
}

function factsOf({ config, manifest }: Image): ImageFacts[number] {
  return {
    platform: formatPlatform(config),
    labels: config.config?.Labels ?? {},
    created: config.created,
    environment: config.config?.Env ?? [],
    annotations: manifest.annotations ?? {},
  };
}

/**
 * The tags that a repository has; none where it is not there yet. One that is there and lists none may be hiding them,
 * and a number that has been used would be used again.
 */
async function list(client: RegistryClient, name: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const tags: string[] = [];
    for await (const tag of client.repository(name).tags({ signal })) tags.push(tag);
    if (tags.length > 0) return tags;
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
  throw new InvalidReleaseError(
    `${name} is there and lists no tags: no number is known to be free for incrementer`,
  );
}
