import { ExpectedError } from '#lib/errors';
import { imagePlatform } from '#lib/konflux';
import { type Descriptor, type Format, formatPlatform, kindOf, type Platform } from '#lib/oci';

/** What an index lists, and the platform that it is for. */
export interface Member {
  readonly descriptor: Descriptor;
  readonly config: Pick<Platform, 'os' | 'architecture' | 'variant'>;
}

/** The images do not make an index: which platform, and what is wrong with it. */
export class PlatformMismatchError extends ExpectedError {
  override readonly name = 'PlatformMismatchError';
  override readonly kind = 'invalid';
}

/**
 * Descriptors for an index, in the order of the wanted platforms, else sorted. Refuses images of one platform twice,
 * wanted platforms that are missing and may not be, others than those wanted, and manifests of two formats: an engine
 * converts one of them, and its digest is no longer the one that was signed.
 */
export function indexMembers(
  images: readonly Member[],
  wanted: readonly string[],
  mayBeMissing: (platform: string) => boolean = () => false,
): Descriptor[] {
  const members = new Map<string, Descriptor>();
  for (const { descriptor, config } of images) {
    const { os, architecture, variant } = config;
    const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    const name = formatPlatform(platform);
    if (members.has(name)) throw new PlatformMismatchError(`two of the images are for ${name}`);
    members.set(name, { ...descriptor, platform });
  }
  const formats = new Set(images.map(({ descriptor }) => formatOf(descriptor.mediaType)));
  if (formats.size > 1) {
    throw new PlatformMismatchError(
      `the images are of different formats: ${[...formats].sort().join(' and ')}`,
      {
        hint: 'build them all with one BUILDAH_FORMAT',
      },
    );
  }
  if (wanted.length === 0)
    return [...members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
  const expected = wanted.map((platform) => formatPlatform(imagePlatform(platform)));
  const missing = expected.filter((platform) => !members.has(platform) && !mayBeMissing(platform));
  const extra = [...members.keys()].filter((platform) => !expected.includes(platform));
  if (missing.length > 0 || extra.length > 0) {
    const problems = [
      ...missing.map((platform) => `${platform} is missing`),
      ...extra.map((platform) => `${platform} is not wanted`),
    ];
    throw new PlatformMismatchError(`the images do not fit the platforms: ${problems.join(', ')}`);
  }
  return expected.map((platform) => members.get(platform)).filter((member) => member !== undefined);
}

/**
 * An index of another format than its images would be converted on its way, and so would they.
 *
 * @throws {PlatformMismatchError}
 */
export function refuseOtherFormat(members: readonly Descriptor[], format: Format): void {
  const other = members.map(({ mediaType }) => formatOf(mediaType)).find((known) => known !== format);
  if (other === undefined) return;
  throw new PlatformMismatchError(`the images are of the format ${other}, and the index is to be ${format}`, {
    hint: 'give BUILDAH_FORMAT the same value here as where the images are built',
  });
}

function formatOf(mediaType: string): string {
  if (kindOf(mediaType) !== 'manifest') return mediaType;
  return mediaType.includes('docker') ? 'docker' : 'oci';
}
