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
  readImage,
} from '#lib/oci';
import { type Member, PlatformMismatchError } from './members.ts';

/** An image that is to be joined, and where it is. */
export interface Source {
  readonly from: Repository;
  readonly member: Member;
}

/**
 * Reads an image. Where its platform is given, it need not be an image: an artifact has no configuration that would say.
 *
 * @throws {PlatformMismatchError} when the image says another platform than the one that is given
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
  if (platform === undefined) return { from, member: await readImage(from, digest, options) };
  const given = parsePlatform(platform);
  const descriptor = await from.resolve(digest, options);
  const manifest = await fetchManifest(from, descriptor, options);
  if (!isIndex(manifest) && kindOf(manifest.config.mediaType) !== 'config') {
    return { from, member: { descriptor, config: given } };
  }
  const member = await readImage(from, digest, options);
  if (formatPlatform(member.config) === formatPlatform(given)) return { from, member };
  throw new PlatformMismatchError(
    `IMAGES_PLATFORMS gives ${formatPlatform(given)} for ${image}, which is for ${formatPlatform(member.config)}`,
    { hint: 'leave it out there: an image says its platform itself' },
  );
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
