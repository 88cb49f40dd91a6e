import { isAlreadyThere } from '../model/already-there.ts';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { InvalidManifestError, NotFoundError } from '../model/errors.ts';
import { type Format, kindOf, mediaTypeOf } from '../model/media-types.ts';
import type { Platform } from '../model/platform.ts';
import type { Options, Target } from '../model/target.ts';
import type { ImageConfig } from '../read/image-config.ts';
import type { Layer } from './pack.ts';

export interface ImageInput {
  /** The configuration without rootfs, which follows from the layers. */
  readonly config: Omit<ImageConfig, 'rootfs'>;
  readonly layers: readonly Layer[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly tags?: readonly string[];
  /** Docker's media types only where a reader knows no others. */
  readonly format?: Format;
}

export interface IndexInput {
  /** Manifests that are there already; each says its platform. */
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: Descriptor;
  readonly tags?: readonly string[];
  readonly format?: Format;
}

/** Pushes layers, configuration and manifest, then the tags; the returned descriptor has the platform, for an index. */
export async function pushImage(
  target: Target,
  input: ImageInput,
  options: Options = {},
): Promise<Descriptor> {
  const { format = 'oci', layers, annotations, artifactType, subject, tags = [] } = input;
  const diffIds = layers.map(({ diffId }) => diffId);
  const config = encode(mediaTypeOf('config', format), {
    ...input.config,
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
  const manifest = encode(mediaTypeOf('manifest', format), {
    schemaVersion: 2,
    mediaType: mediaTypeOf('manifest', format),
    ...(artifactType === undefined ? {} : { artifactType }),
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  });
  for (const { descriptor, content } of layers) {
    if (!(await isAlreadyThere(target, descriptor, options))) await target.push(descriptor, content, options);
  }
  await put(target, config, options);
  await put(target, manifest, options);
  for (const tag of tags) await target.tag(manifest.descriptor, tag, options);
  return { ...manifest.descriptor, platform: platformOf(input.config) };
}

/**
 * Pushes an index, then its tags.
 *
 * @throws {NotFoundError} when a manifest of it is not there: nothing is pushed then
 */
export async function pushIndex(
  target: Target,
  input: IndexInput,
  options: Options = {},
): Promise<Descriptor> {
  const { format = 'oci', manifests, annotations, subject, tags = [] } = input;
  for (const manifest of manifests) {
    if (kindOf(manifest.mediaType) === undefined) {
      throw new InvalidManifestError(`cannot list a ${manifest.mediaType} in an index`);
    }
    if (!(await target.exists(manifest, options))) await refuseMissing(target, manifest, options);
  }
  const index = encode(mediaTypeOf('index', format), {
    schemaVersion: 2,
    mediaType: mediaTypeOf('index', format),
    manifests,
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  });
  await put(target, index, options);
  for (const tag of tags) await target.tag(index.descriptor, tag, options);
  return index.descriptor;
}

/** Asks for a manifest a second time, and in another way: a registry may know of it by GET alone. */
async function refuseMissing(target: Target, { digest }: Descriptor, options: Options): Promise<void> {
  try {
    await target.resolve(digest, options);
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    const message = `cannot push an index to ${target.name}: the manifest ${digest} is not there`;
    throw new NotFoundError(message, { cause });
  }
}

interface Encoded {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** The same input gives the same bytes: keys stay in the order in which they are written here. */
function encode(mediaType: string, value: object): Encoded {
  const bytes = Buffer.from(JSON.stringify(value));
  return { descriptor: describe(mediaType, bytes), bytes };
}

async function put(target: Target, { descriptor, bytes }: Encoded, options: Options): Promise<void> {
  if (!(await isAlreadyThere(target, descriptor, options))) await target.push(descriptor, bytes, options);
}

function platformOf({ os, architecture, variant }: ImageInput['config']): Platform {
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
