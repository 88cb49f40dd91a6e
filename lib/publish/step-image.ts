import {
  type Descriptor,
  fetchManifest,
  formatPlatform,
  type Index,
  isIndex,
  type Manifest,
  matchesPlatform,
  type Platform,
  parsePlatform,
  type ReadableTarget,
  readImages,
} from '#lib/oci';
import { VERSION } from './annotations.ts';
import { UnfitError } from './errors.ts';

/** The image of all steps, wherever it is now. */
export interface StepImage {
  readonly from: ReadableTarget;
  /** Tag or digest. */
  readonly reference: string;
  /** Platforms that it must be there for: `linux/amd64`. */
  readonly platforms: readonly string[];
}

/**
 * @throws {NotFoundError} when it is not there
 * @throws {UnfitError} when a platform is missing, or it does not say its version
 */
export async function findStepImage(
  image: StepImage,
): Promise<{ readonly root: Descriptor; readonly version: string }> {
  const { from, reference, platforms } = image;
  const root = await from.resolve(reference);
  const what = `the image ${from.name}@${root.digest}`;
  const manifest = await fetchManifest(from, root);
  const missing = missingPlatforms(await platformsOf(from, root, manifest), platforms);
  if (missing.length > 0) {
    throw new UnfitError(`${what} is not there for ${missing.join(', ')}`, {
      hint: 'build it for all platforms (make image-all), or name those that are wanted with --platform',
    });
  }
  const version = manifest.annotations?.[VERSION] ?? (await labelOf(from, root));
  if (version === undefined) {
    throw new UnfitError(`${what} does not say its version`, {
      hint: `give it the annotation ${VERSION}, or each of its images the label of that name`,
    });
  }
  return { root, version };
}

/** The platforms of an index, or of an image that is published by itself. */
async function platformsOf(
  from: ReadableTarget,
  root: Descriptor,
  manifest: Index | Manifest,
): Promise<readonly Platform[]> {
  if (isIndex(manifest)) return manifest.manifests.flatMap(({ platform }) => (platform ? [platform] : []));
  return (await readImages(from, root.digest)).images.map(({ config }) => config);
}

/** The version in the label, where all images have the same one. */
async function labelOf(from: ReadableTarget, root: Descriptor): Promise<string | undefined> {
  const { images } = await readImages(from, root.digest);
  const versions = new Set(images.map(({ config }) => config.config?.Labels?.[VERSION]));
  const [first] = versions;
  return versions.size === 1 && first !== '' ? first : undefined;
}

function missingPlatforms(there: readonly Platform[], wanted: readonly string[]): readonly string[] {
  return wanted
    .map(parsePlatform)
    .filter((platform) => !there.some((candidate) => matchesPlatform(candidate, platform)))
    .map(formatPlatform);
}
