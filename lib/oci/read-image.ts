import type { Descriptor } from './descriptor.ts';
import { InvalidManifestError, MissingPlatformError } from './errors.ts';
import { fetchImageConfig, type ImageConfig } from './image-config.ts';
import { fetchManifest, type Index, isIndex, type Manifest } from './manifest.ts';
import { kindOf } from './media-types.ts';
import { formatPlatform, matchesPlatform, type Platform } from './platform.ts';
import type { Options, ReadableTarget } from './target.ts';

/** An image of one platform. */
export interface Image {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

/** What a tag or digest names: an index with its images, or one image alone. */
export interface ImageSet {
  readonly root: Descriptor;
  readonly index: Index | undefined;
  readonly images: readonly Image[];
}

/** The index, and every manifest and image configuration of it; attestations and other artifacts are left out. */
export async function readImages(
  target: ReadableTarget,
  tagOrDigest: string,
  options: Options = {},
): Promise<ImageSet> {
  const root = await target.resolve(tagOrDigest, options);
  const manifest = await fetchManifest(target, root, options);
  if (!isIndex(manifest)) {
    return { root, index: undefined, images: [await toImage(target, root, manifest, options)] };
  }
  const members = manifest.manifests.filter(isImage);
  const images = await Promise.all(members.map((member) => fetchImage(target, member, options)));
  return { root, index: manifest, images };
}

/**
 * One image: the only one there is, or the one for the platform.
 *
 * @throws {MissingPlatformError} when there is none for it, or several to choose from and no platform given
 */
export async function readImage(
  target: ReadableTarget,
  tagOrDigest: string,
  options: Options & { readonly platform?: Platform | undefined } = {},
): Promise<Image> {
  const { platform } = options;
  const what = `${target.name}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}`;
  const root = await target.resolve(tagOrDigest, options);
  const manifest = await fetchManifest(target, root, options);
  if (!isIndex(manifest)) {
    const image = await toImage(target, root, manifest, options);
    if (platform === undefined || matchesPlatform(platform, image.config)) return image;
    throw missing(`${what} is an image`, platform, [formatPlatform(image.config)]);
  }
  const members = manifest.manifests.filter(isImage);
  const available = members.map((member) => (member.platform ? formatPlatform(member.platform) : 'unknown'));
  const matching = platform === undefined ? members : members.filter((member) => isFor(member, platform));
  const [first] = matching;
  if (first === undefined || (platform === undefined && matching.length > 1)) {
    throw missing(`${what} is an index`, platform, available);
  }
  return fetchImage(target, first, options);
}

async function fetchImage(target: ReadableTarget, descriptor: Descriptor, options: Options): Promise<Image> {
  const manifest = await fetchManifest(target, descriptor, options);
  if (!isIndex(manifest)) return toImage(target, descriptor, manifest, options);
  throw new InvalidManifestError(`${target.name}@${descriptor.digest} is an index inside another index`);
}

async function toImage(
  target: ReadableTarget,
  descriptor: Descriptor,
  manifest: Manifest,
  options: Options,
): Promise<Image> {
  if (kindOf(manifest.config.mediaType) !== 'config') {
    const { mediaType } = manifest.config;
    throw new InvalidManifestError(
      `${target.name}@${descriptor.digest} is no image: its config is a ${mediaType}`,
    );
  }
  return { descriptor, manifest, config: await fetchImageConfig(target, manifest.config, options) };
}

/** BuildKit puts attestations into the index, for the platform unknown/unknown. */
function isImage({ mediaType, platform, artifactType }: Descriptor): boolean {
  if (platform?.os === 'unknown' || (artifactType !== undefined && platform === undefined)) return false;
  return kindOf(mediaType) === 'manifest' || kindOf(mediaType) === 'index';
}

function isFor({ platform }: Descriptor, wanted: Platform): boolean {
  return platform !== undefined && matchesPlatform(wanted, platform);
}

function missing(
  what: string,
  platform: Platform | undefined,
  available: readonly string[],
): MissingPlatformError {
  const list = available.join(', ') || 'none';
  const why =
    platform === undefined
      ? 'say which platform you mean'
      : `it has no image for ${formatPlatform(platform)}`;
  return new MissingPlatformError(`${what} for ${list}: ${why}`, available);
}
