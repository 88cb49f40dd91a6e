import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequiredImage } from '#lib/containerfile';
import { ExpectedError } from '#lib/errors';
import { createDirectoryImage } from '#lib/image-build';
import {
  copy,
  type Image,
  identifierOf,
  MissingPlatformError,
  type Platform,
  parsePlatform,
  parseReference,
  type Repository,
  readImage,
  readImages,
  registryClientFor,
} from '#lib/oci';
import type { StepContext } from '#lib/step';
import { printable } from '#lib/text';
import { asPlatform } from './finish/as-platform.ts';
import type { PlacedLayer } from './finish/finish-layers.ts';

/** An image that the Containerfile names, pulled, and the way the build gets it. */
export interface BaseImage {
  /** As the Containerfile names it. */
  readonly reference: string;
  /** `repository[:tag]@digest`, as the SBOM names it. */
  readonly pinned: string;
  /** A directory as `dir:` of containers-transports(5). */
  readonly directory: string;
  /** What it is called in buildah's storage. */
  readonly name: string;
  readonly platform: Platform;
  /** From the lowest up, as the registry has them. */
  readonly layers: readonly PlacedLayer[];
}

/** A base image that cannot be used. */
export class BaseImageError extends ExpectedError {
  override readonly name = 'BaseImageError';
  override readonly kind = 'invalid';
}

/**
 * Pulls the images of a build with the credentials of the pod, which the build itself does not have: each is resolved to
 * its digest first, and is of the platform that is built for.
 *
 * @throws {BaseImageError} for a short name, or an image of another architecture
 */
export async function pullBaseImages(
  images: readonly RequiredImage[],
  options: {
    readonly directory: string;
    readonly platform: Platform;
    readonly allowsOther: boolean;
    readonly tlsVerify: boolean;
    readonly ca: readonly string[];
    readonly proxy: Readonly<Record<string, string>> | undefined;
  } & Pick<StepContext, 'log' | 'signal'>,
): Promise<readonly BaseImage[]> {
  const { directory, log, signal, ca, proxy } = options;
  const pulled: BaseImage[] = [];
  for (const [index, image] of images.entries()) {
    const reference = parseFull(image.reference);
    const platform = image.platform === undefined ? options.platform : parsePlatform(image.platform);
    if (pulled.some((one) => one.reference === image.reference)) {
      throw new BaseImageError(`${printable(image.reference)} is used for two platforms`, {
        hint: 'name it by the digest of each platform',
      });
    }
    using client = registryClientFor({ tlsVerify: options.tlsVerify, images: [reference] }, { ca, proxy });
    const source = client.repository(reference);
    const identifier = identifierOf(reference);
    const { descriptor, config, manifest } = await readFor(platform, source, identifier, options);
    const isOther = config.architecture !== options.platform.architecture;
    if (isOther) {
      const what = `${printable(image.reference)} is an image for ${config.architecture}, and the build is for ${options.platform.architecture}`;
      if (!options.allowsOther) {
        throw new BaseImageError(what, {
          hint: 'name an image of that platform, or set ALLOW_CROSS_PLATFORM_IMAGES to true',
        });
      }
      log.warn(`${what}: what is taken from it may not run there`);
    }
    log.info(`pulling ${source.name}@${descriptor.digest}`);
    const path = join(directory, `${index}`);
    await rm(path, { recursive: true, force: true });
    const directoryImage = createDirectoryImage(path);
    const from = isOther ? await asPlatform(source, descriptor, options.platform, { signal }) : source;
    await copy(from, directoryImage, { reference: descriptor.digest, signal });
    const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
    const pinned = `${source.name}${tag}@${descriptor.digest}`;
    const { os, architecture } = isOther ? options.platform : config;
    pulled.push({
      reference: image.reference,
      pinned,
      directory: path,
      name: `localhost/base-${index}:latest`,
      platform: { os, architecture },
      layers: manifest.layers.map((layer, at) => ({
        descriptor: layer,
        diffId: config.rootfs.diff_ids[at] ?? layer.digest,
        from: directoryImage,
      })),
    });
  }
  return pulled;
}

/** The image of a platform; where other ones are allowed, one that is alone may be of any. */
async function readFor(
  platform: Platform,
  source: Repository,
  identifier: string,
  { allowsOther, signal }: { readonly allowsOther: boolean; readonly signal: AbortSignal },
): Promise<Image> {
  try {
    return await readImage(source, identifier, { platform, signal });
  } catch (error) {
    if (!(error instanceof MissingPlatformError)) throw error;
    const { index, images } = await readImages(source, identifier, { signal });
    const [alone] = images;
    if (allowsOther && index === undefined && alone) return alone;
    const other = index ? '' : ', or set ALLOW_CROSS_PLATFORM_IMAGES to true';
    throw new BaseImageError(error.message, { cause: error, hint: `name an image of that platform${other}` });
  }
}

/** What a short name means depends on the machine. */
function parseFull(text: string) {
  const reference = parseReference(text);
  if (text.startsWith(`${reference.registry}/`)) return reference;
  throw new BaseImageError(`${printable(text)} does not name its registry`, {
    hint: 'write FROM registry/repository:tag',
  });
}
