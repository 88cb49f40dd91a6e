import { printable, quoted } from '#lib/text';
import type { Descriptor } from '../model/descriptor.ts';
import { InvalidManifestError, MissingPlatformError } from '../model/errors.ts';
import { createLimit } from '../model/limit.ts';
import { limits } from '../model/limits.ts';
import { kindOf } from '../model/media-types.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../model/platform.ts';
import type { Options, ReadableTarget } from '../model/target.ts';
import { fetchImageConfig, type ImageConfig } from './image-config.ts';
import { fetchManifest, type Index, isIndex, type Manifest } from './manifest.ts';

/** Members of an index that are fetched at once. */
const MEMBERS_AT_ONCE = 8;

/** An image of one platform. */
export interface Image {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

/** A member of an index that was not read as an image. */
export interface OtherMember {
  readonly descriptor: Descriptor;
  /** What it is, such as `an attestation`. */
  readonly why: string;
  /** Whether a client may take it for the image of its platform. */
  readonly mayBeChosen: boolean;
}

/** What a tag or digest names: an index with its images, or one image alone. */
export interface ImageSet {
  readonly root: Descriptor;
  readonly index: Index | undefined;
  readonly images: readonly Image[];
  /** Members of the index that are no images; with `images` these are all of them. */
  readonly others: readonly OtherMember[];
}

/**
 * Reads the index, and each of its manifests and image configurations; a member that is no image, such as an
 * attestation, is named as such.
 */
export async function readImages(
  target: ReadableTarget,
  tagOrDigest: string,
  options: Options = {},
): Promise<ImageSet> {
  const root = await target.resolve(tagOrDigest, options);
  const reader = readerOf(target, options);
  const manifest = await reader.manifest(root);
  if (!isIndex(manifest)) {
    return { root, index: undefined, images: [await toImage(reader, root, manifest)], others: [] };
  }
  const { length } = manifest.manifests;
  if (length > limits.members) {
    const what = `${target.name}@${root.digest}`;
    throw new InvalidManifestError(`${what} is an index of ${length} members, more than ${limits.members}`);
  }
  const limit = createLimit(MEMBERS_AT_ONCE);
  const members = await Promise.all(
    manifest.manifests.map((member) => limit(() => readMember(reader, member))),
  );
  return {
    root,
    index: manifest,
    images: members.filter((member) => 'config' in member),
    others: members.filter((member) => 'why' in member),
  };
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
  const reader = readerOf(target, options);
  const manifest = await reader.manifest(root);
  if (!isIndex(manifest)) {
    const image = await toImage(reader, root, manifest);
    if (platform === undefined || matchesPlatform(platform, image.config)) return image;
    throw missing(`${what} is an image`, platform, [formatPlatform(image.config)]);
  }
  const members = manifest.manifests.filter((member) => !isForNobody(member));
  const available = members.map((member) => (member.platform ? formatPlatform(member.platform) : 'unknown'));
  const matching = platform === undefined ? members : members.filter((member) => isFor(member, platform));
  const [first] = matching;
  if (first === undefined || (platform === undefined && matching.length > 1)) {
    throw missing(`${what} is an index`, platform, available);
  }
  const image = await readMember(reader, first);
  if ('config' in image) return image;
  throw new InvalidManifestError(`${target.name}@${first.digest} is no image: it is ${image.why}`);
}

/** Reads each manifest and each configuration once, however many members of an index name it. */
interface Reader {
  /** Name of the target, for messages. */
  readonly name: string;
  readonly manifest: (descriptor: Descriptor) => Promise<Manifest | Index>;
  readonly config: (descriptor: Descriptor) => Promise<ImageConfig>;
}

function readerOf(target: ReadableTarget, options: Options): Reader {
  return {
    name: target.name,
    manifest: once((descriptor) => fetchManifest(target, descriptor, options)),
    config: once((descriptor) => fetchImageConfig(target, descriptor, options)),
  };
}

function once<Result>(read: (descriptor: Descriptor) => Promise<Result>): typeof read {
  const results = new Map<string, Promise<Result>>();
  return (descriptor) => {
    const { mediaType, size, digest } = descriptor;
    const key = `${digest} ${size} ${mediaType}`;
    const result = results.get(key) ?? read(descriptor);
    results.set(key, result);
    return result;
  };
}

/**
 * Reads a member as an image, or tells what it is instead. podman and its like choose by platform alone, whatever the
 * media type (containers/image, internal/manifest, chooseInstance), and take a member without a platform where no other
 * fits.
 */
async function readMember(reader: Reader, descriptor: Descriptor): Promise<Image | OtherMember> {
  const { mediaType, platform } = descriptor;
  if (isForNobody(descriptor)) return { descriptor, why: 'an attestation', mayBeChosen: false };
  const kind = kindOf(mediaType);
  if (kind === 'index') return { descriptor, why: 'an index inside another index', mayBeChosen: true };
  if (kind !== 'manifest') {
    return { descriptor, why: `${quoted(mediaType)}, which is no image manifest`, mayBeChosen: true };
  }
  const manifest = await reader.manifest(descriptor);
  if (!isIndex(manifest) && kindOf(manifest.config.mediaType) !== 'config') {
    const type = manifest.artifactType ?? manifest.config.mediaType;
    // crane writes an empty platform where there is none, which fits no machine. Without a platform skopeo 1.9 takes
    // even an artifact; newer clients refuse it (NonImageArtifactError of containers/image).
    const hasLayers = manifest.layers.some((layer) => kindOf(layer.mediaType) === 'layer');
    const mayBeChosen = platform === undefined ? hasLayers : platform.architecture !== '';
    return { descriptor, why: `an artifact, ${quoted(type)}`, mayBeChosen };
  }
  if (!isIndex(manifest)) return toImage(reader, descriptor, manifest);
  return { descriptor, why: 'an index inside another index', mayBeChosen: true };
}

async function toImage(reader: Reader, descriptor: Descriptor, manifest: Manifest): Promise<Image> {
  if (kindOf(manifest.config.mediaType) !== 'config') {
    const mediaType = printable(manifest.config.mediaType);
    throw new InvalidManifestError(
      `${reader.name}@${descriptor.digest} is no image: its config is a ${mediaType}`,
    );
  }
  const { length } = manifest.layers;
  if (length > limits.layers) {
    throw new InvalidManifestError(
      `${reader.name}@${descriptor.digest} has ${length} layers, more than the ${limits.layers} that container engines take`,
    );
  }
  return { descriptor, manifest, config: await reader.config(manifest.config) };
}

/** BuildKit puts attestations into the index for the platform unknown/unknown, which fits no machine. */
function isForNobody({ platform }: Descriptor): boolean {
  return platform?.os === 'unknown';
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
