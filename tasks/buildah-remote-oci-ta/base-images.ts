import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type RequiredImage, readTriggers, resolveImages, type Triggers } from '#lib/containerfile';
import { ExpectedError } from '#lib/errors';
import { createDirectoryImage } from '#lib/image-build';
import { copy, type Digest, mediaTypeOf, type Platform, parseReference, registryClientFor } from '#lib/oci';
import type { StepContext } from '#lib/step';
import { printable } from '#lib/text';
import { asPlatform } from './finish/as-platform.ts';
import type { PlacedLayer } from './finish/finish-layers.ts';

/** An image that the Containerfile names, pulled, and the way the build gets it. */
export interface BaseImage {
  /** As the Containerfile names it. */
  readonly reference: string;
  /** `repository[:tag]@digest` as the SBOM names it: what the reference led to, an index where it is one. */
  readonly pinned: string;
  /** The digest of the image for the platform, which an index has beside others. */
  readonly digest: Digest;
  /** A directory as `dir:` of containers-transports(5). */
  readonly directory: string;
  /** What it is called in buildah's storage. */
  readonly name: string;
  readonly platform: Platform;
  /** The names of the variables that it sets. */
  readonly variables: ReadonlySet<string>;
  /** What its RUN lines are run by, where it says so. */
  readonly shell: readonly string[] | undefined;
  /** Its ONBUILD instructions, where a stage begins with it. */
  readonly triggers: Triggers | undefined;
  /** From the lowest up, as the registry has them. */
  readonly layers: readonly PlacedLayer[];
}

/** A base image that cannot be used. */
export class BaseImageError extends ExpectedError {
  override readonly name = 'BaseImageError';
  override readonly kind = 'invalid';
}

/**
 * Pulls the images of a build with the credentials of the pod, which the build itself does not have: all are resolved to
 * their digests first, and are of the platform that is built for.
 *
 * @throws {InvalidContainerfileError} for a short name, an image of another architecture, or ONBUILD that names an image
 * @throws {BaseImageError} for one name that means two images
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
  const { directory, platform, log, signal, ca, proxy } = options;
  const names = images.map(({ reference }) => reference);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new BaseImageError(`${printable(twice)} is used for two platforms`, {
      hint: 'name it by the digest of each platform',
    });
  }
  const choice = { tlsVerify: options.tlsVerify, images: names.map(parseReference) };
  using client = registryClientFor(choice, { ca, proxy });
  const resolved = await resolveImages(images, {
    client,
    platform,
    allowCrossPlatform: options.allowsOther,
    warn: (message) => log.warn(`${message}: what is taken from it may not run there`),
    signal,
  });
  const pulled: BaseImage[] = [];
  for (const [index, { reference, canonical, image, uses }] of resolved.entries()) {
    const { descriptor, config, manifest } = image;
    const isBase = uses.some(({ by }) => by === 'FROM');
    const onbuild = (isBase && config.config?.OnBuild) || [];
    // The configuration of OCI has none, and buildah drops what stands there all the same.
    const isDocker = descriptor.mediaType === mediaTypeOf('manifest', 'docker');
    const acts = onbuild.length > 0 && isDocker;
    if (onbuild.length > 0 && !acts)
      log.warn(`ONBUILD of ${printable(reference)} does nothing: buildah knows it in docker's format alone`);
    const triggers = acts ? readTriggers(onbuild, reference) : undefined;
    const source = client.repository(parseReference(reference));
    log.info(`pulling ${source.name}@${descriptor.digest}`);
    const path = join(directory, `${index}`);
    await rm(path, { recursive: true, force: true });
    const directoryImage = createDirectoryImage(path);
    const isOther = config.architecture !== platform.architecture;
    const from = isOther ? await asPlatform(source, descriptor, platform, { signal }) : source;
    await copy(from, directoryImage, { reference: descriptor.digest, signal });
    const { os, architecture } = isOther ? platform : config;
    pulled.push({
      reference,
      pinned: canonical,
      digest: descriptor.digest,
      directory: path,
      name: `localhost/base-${index}:latest`,
      platform: { os, architecture },
      variables: new Set(isBase ? config.config?.Env?.map((one) => one.replace(/=.*$/s, '')) : []),
      shell: (isDocker && config.config?.Shell) || undefined,
      triggers,
      layers: manifest.layers.map((layer, at) => ({
        descriptor: layer,
        diffId: config.rootfs.diff_ids[at] ?? layer.digest,
        from: directoryImage,
      })),
    });
  }
  return pulled;
}
