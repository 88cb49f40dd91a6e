import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequiredImage } from '#lib/containerfile';
import { ExpectedError } from '#lib/errors';
import { createDirectoryImage } from '#lib/image-build';
import {
  copy,
  identifierOf,
  MissingPlatformError,
  type Platform,
  parsePlatform,
  parseReference,
  readImage,
  registryClientFor,
} from '#lib/oci';
import type { StepContext } from '#lib/step';
import { printable } from '#lib/text';

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
  } & Pick<StepContext, 'log' | 'signal'>,
): Promise<readonly BaseImage[]> {
  const { directory, log, signal, ca } = options;
  const pulled: BaseImage[] = [];
  for (const [index, image] of images.entries()) {
    const reference = parseFull(image.reference);
    const platform = image.platform === undefined ? options.platform : parsePlatform(image.platform);
    if (pulled.some((one) => one.reference === image.reference)) {
      throw new BaseImageError(`${printable(image.reference)} is used for two platforms`, {
        hint: 'name it by the digest of each platform',
      });
    }
    using client = registryClientFor({ tlsVerify: options.tlsVerify, images: [reference] }, { ca });
    const source = client.repository(reference);
    const identifier = identifierOf(reference);
    const { descriptor, config } = await readImage(source, identifier, { platform, signal }).catch(
      (error: unknown) => {
        if (!(error instanceof MissingPlatformError)) throw error;
        throw new BaseImageError(error.message, {
          cause: error,
          hint: options.allowsOther
            ? 'ALLOW_CROSS_PLATFORM_IMAGES=true is not supported yet: name an image of that platform'
            : 'name an image of that platform',
        });
      },
    );
    log.info(`pulling ${source.name}@${descriptor.digest}`);
    const path = join(directory, `${index}`);
    await rm(path, { recursive: true, force: true });
    await copy(source, createDirectoryImage(path), { reference: descriptor.digest, signal });
    const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
    const pinned = `${source.name}${tag}@${descriptor.digest}`;
    const { os, architecture } = config;
    pulled.push({
      reference: image.reference,
      pinned,
      directory: path,
      name: `localhost/base-${index}:latest`,
      platform: { os, architecture },
    });
  }
  return pulled;
}

/** What a short name means depends on the machine. */
function parseFull(text: string) {
  const reference = parseReference(text);
  if (text.startsWith(`${reference.registry}/`)) return reference;
  throw new BaseImageError(`${printable(text)} does not name its registry`, {
    hint: 'write FROM registry/repository:tag',
  });
}
