import {
  type Descriptor,
  fetchImageConfig,
  fetchManifest,
  formatPlatform,
  isIndex,
  isManifestType,
  kindOf,
  type Manifest,
  type Options,
  type Platform,
  type ReadableTarget,
} from '#lib/oci';
import { UnfitReleaseError } from './errors.ts';

export interface Members {
  /** Each platform once: an index may have an image with gzip and one with zstd:chunked for the same. */
  readonly platforms: readonly Platform[];
  /** The manifests of an index; none of an image. */
  readonly members: readonly Descriptor[];
}

/**
 * The platforms of an image or index. An artifact that is no image has none, and neither has what BuildKit puts into an
 * index for the platform unknown/unknown.
 *
 * @throws {UnfitReleaseError} for an index in an index, of which nobody can say which platforms a client finds
 */
export async function readMembers(
  target: ReadableTarget,
  root: Descriptor,
  options: Options,
): Promise<Members> {
  const manifest = await fetchManifest(target, root, options);
  if (!isIndex(manifest)) return { platforms: await platformOf(target, manifest, options), members: [] };
  const nested = manifest.manifests.find(({ mediaType }) => kindOf(mediaType) === 'index');
  if (nested !== undefined) {
    throw new UnfitReleaseError(
      `${target.name}@${root.digest} is an index with an index in it, ${nested.digest}`,
      { hint: 'make one index of all images' },
    );
  }
  const members = manifest.manifests.filter(
    ({ mediaType, platform }) => isManifestType(mediaType) && platform?.os !== 'unknown',
  );
  const found = await Promise.all(
    members.map(async (member) => {
      if (member.platform !== undefined) return [member.platform];
      const inner = await fetchManifest(target, member, options);
      return isIndex(inner) ? [] : platformOf(target, inner, options);
    }),
  );
  const unique = new Map(found.flat().map((platform) => [formatPlatform(platform), platform]));
  return { platforms: [...unique.values()], members };
}

async function platformOf(
  target: ReadableTarget,
  { config }: Manifest,
  options: Options,
): Promise<readonly Platform[]> {
  if (kindOf(config.mediaType) !== 'config') return [];
  const { os, architecture, variant } = await fetchImageConfig(target, config, options);
  // cosign's images of signatures have no platform.
  if (os === '' && architecture === '') return [];
  return [{ os, architecture, ...(variant === undefined ? {} : { variant }) }];
}

/** Platforms, as `linux/s390x`, that the one has and the other has not. */
export function lostPlatforms(now: readonly Platform[], then: readonly Platform[]): readonly string[] {
  const kept = new Set(then.map(formatPlatform));
  return now.map(formatPlatform).filter((platform) => !kept.has(platform));
}
