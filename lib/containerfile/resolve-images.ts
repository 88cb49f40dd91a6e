import {
  type Digest,
  formatPlatform,
  type Image,
  identifierOf,
  kindOf,
  MissingPlatformError,
  matchesPlatform,
  type Platform,
  parsePlatform,
  parseReference,
  type Reference,
  type RegistryClient,
  readImage,
} from '#lib/oci';
import { quoted } from '#lib/text';
import { InvalidContainerfileError } from './errors.ts';
import type { RequiredImage } from './plan-build.ts';

export interface ResolvedImage extends RequiredImage {
  /** `registry/repository[:tag]@digest`: what the name led to, an index where it is one. */
  readonly canonical: string;
  readonly digest: Digest;
  /** The image that the build takes: of an index, the one for the platform. */
  readonly image: Image;
}

/**
 * Resolves the images of a plan to digests, before anything is built. An image has to be for the platform of the build,
 * also where FROM --platform asks for another: what runs in it would be emulated. `allowCrossPlatform` makes a warning
 * of that, as in konflux-build-cli (`verifyBaseImageArchitectures`); an index that has no image for it stays an error.
 *
 * @throws {InvalidContainerfileError} at a name without a registry, or an image for another platform
 */
export async function resolveImages(
  images: readonly RequiredImage[],
  options: {
    readonly client: Pick<RegistryClient, 'repository'>;
    readonly platform: Platform;
    readonly allowCrossPlatform: boolean;
    readonly warn: (message: string) => void;
    readonly signal?: AbortSignal;
  },
): Promise<readonly ResolvedImage[]> {
  const resolved: ResolvedImage[] = [];
  // One after the other, so that of several mistakes the same one is told each time.
  for (const image of images) resolved.push(await resolveImage(image, options));
  return resolved;
}

async function resolveImage(
  required: RequiredImage,
  options: Parameters<typeof resolveImages>[1],
): Promise<ResolvedImage> {
  const { client, platform, allowCrossPlatform, warn, signal } = options;
  const what = `base image ${quoted(required.reference)} (line ${required.uses[0]?.line ?? 0})`;
  const reference = parseInFull(required, what);
  const wanted = required.platform === undefined ? platform : parsePlatform(required.platform);
  const target = client.repository(reference);
  const root = await target.resolve(identifierOf(reference), { signal });
  const image = await readImage(target, root.digest, { platform: wanted, signal }).catch(
    async (error: unknown) => {
      if (!(error instanceof MissingPlatformError)) throw error;
      if (kindOf(root.mediaType) !== 'index') return readImage(target, root.digest, { signal });
      throw new InvalidContainerfileError(`${what} is not there for ${formatPlatform(wanted)}`, {
        cause: error,
      });
    },
  );
  const { registry, repository, tag } = reference;
  const canonical = `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}@${root.digest}`;
  if (!matchesPlatform(platform, image.config)) {
    const problem = `${what} is for ${formatPlatform(image.config)}, and the build for ${formatPlatform(platform)}`;
    if (!allowCrossPlatform) {
      throw new InvalidContainerfileError(problem, {
        hint: 'name an image that is there for every platform, or set ALLOW_CROSS_PLATFORM_IMAGES to true',
      });
    }
    warn(problem);
  }
  return { ...required, canonical, digest: root.digest, image };
}

/** What a name without a registry means depends on the machine (containers-registries.conf(5), "Short names"). */
function parseInFull({ reference: text }: RequiredImage, what: string): Reference {
  const reference = parseReference(text);
  if (reference.registry !== 'docker.io' || /^(?:index\.)?docker\.io\//.test(text)) return reference;
  throw new InvalidContainerfileError(`${what} has no registry in its name`, {
    hint: `write it in full, such as quay.io/fedora/fedora:43, or docker.io/${reference.repository}`,
  });
}
