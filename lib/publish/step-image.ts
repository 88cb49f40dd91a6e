import {
  type Descriptor,
  fetchManifest,
  formatPlatform,
  type Index,
  isIndex,
  matchesPlatform,
  parsePlatform,
  type ReadableTarget,
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
  const what = `the step image ${from.name}@${root.digest}`;
  const manifest = await fetchManifest(from, root);
  if (!isIndex(manifest)) {
    throw new UnfitError(`${what} is for one platform alone`, {
      hint: 'publish an index of all platforms: make image-all builds it',
    });
  }
  const missing = missingPlatforms(manifest, platforms);
  if (missing.length > 0) {
    throw new UnfitError(`${what} is not there for ${missing.join(', ')}`, {
      hint: 'build it for all platforms (make image-all), or name those that are wanted with --platform',
    });
  }
  const version = manifest.annotations?.[VERSION];
  if (version === undefined) {
    throw new UnfitError(`${what} does not say its version`, { hint: `give it the annotation ${VERSION}` });
  }
  return { root, version };
}

function missingPlatforms({ manifests }: Index, wanted: readonly string[]): readonly string[] {
  const there = manifests.flatMap(({ platform }) => (platform ? [platform] : []));
  return wanted
    .map(parsePlatform)
    .filter((platform) => !there.some((candidate) => matchesPlatform(candidate, platform)))
    .map(formatPlatform);
}
