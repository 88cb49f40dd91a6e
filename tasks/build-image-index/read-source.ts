import {
  fetchManifest,
  formatPlatform,
  identifierOf,
  isIndex,
  kindOf,
  type Options,
  parsePlatform,
  parseReference,
  type RegistryClient,
  type Repository,
  readImages,
} from '#lib/oci';
import { type Member, PlatformMismatchError } from './members.ts';

/** What one of IMAGES gives to the index, and where it is. */
export interface Source {
  readonly from: Repository;
  readonly members: readonly Member[];
}

/**
 * Reads an image, or the images of an index, as `buildah manifest add --all` takes them. What has its platform given need
 * not be an image: an artifact has no configuration that would say.
 *
 * @throws {PlatformMismatchError} when it says another platform than the one that is given, or is an index that lists what
 *   is no image
 */
export async function readSource(
  client: RegistryClient,
  image: string,
  platform: string | undefined,
  options: Options,
): Promise<Source> {
  const reference = parseReference(image);
  const from = client.repository(reference);
  const digest = identifierOf(reference);
  if (platform === undefined) return { from, members: await imagesOf(from, image, digest, options) };
  const given = parsePlatform(platform);
  const descriptor = await from.resolve(digest, options);
  const manifest = await fetchManifest(from, descriptor, options);
  if (!isIndex(manifest) && kindOf(manifest.config.mediaType) !== 'config') {
    return { from, members: [{ descriptor, config: given }] };
  }
  const members = await imagesOf(from, image, digest, options);
  const own = members.map(({ config }) => formatPlatform(config)).join(', ');
  if (own === formatPlatform(given)) return { from, members };
  throw new PlatformMismatchError(
    `IMAGES_PLATFORMS gives ${formatPlatform(given)} for ${image}, which is for ${own}`,
    { hint: 'leave it out there: an image says its platform itself' },
  );
}

async function imagesOf(
  from: Repository,
  image: string,
  digest: string,
  options: Options,
): Promise<readonly Member[]> {
  const { images, others } = await readImages(from, digest, options);
  const [other] = others;
  if (other === undefined && images.length > 0) return images;
  const what = other === undefined ? 'nothing' : other.why;
  throw new PlatformMismatchError(`cannot join ${image}: it is an index that lists ${what}`, {
    hint: 'give its images one by one',
  });
}

/**
 * The platforms of IMAGES_PLATFORMS by image.
 *
 * @throws {PlatformMismatchError} for an image that is not among the images, or that is given twice
 */
export function givenPlatforms(
  entries: readonly string[],
  images: readonly string[],
): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const image = entry.slice(0, at);
    if (!images.includes(image)) {
      throw new PlatformMismatchError(`IMAGES_PLATFORMS names ${image}, which is not among IMAGES`);
    }
    if (given.has(image)) throw new PlatformMismatchError(`IMAGES_PLATFORMS names ${image} twice`);
    given.set(image, entry.slice(at + 1));
  }
  return given;
}
