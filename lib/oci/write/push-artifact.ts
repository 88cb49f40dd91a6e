import { isAlreadyThere } from '../model/already-there.ts';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { EMPTY_MEDIA_TYPE, mediaTypeOf } from '../model/media-types.ts';
import type { Content, Options, Target } from '../model/target.ts';

export interface ArtifactInput {
  /** What it is, as a media type: `application/spdx+json`. */
  readonly artifactType: string;
  readonly parts: readonly ArtifactPart[];
  /** What it is about; the artifact is then found from there. */
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
}

/** Bytes, or where they are too many for the memory their descriptor and a way to read them. */
export type ArtifactPart = { readonly annotations?: Readonly<Record<string, string>> } & (
  | { readonly mediaType: string; readonly content: Uint8Array }
  | { readonly descriptor: Descriptor; readonly content: Content }
);

const EMPTY = Buffer.from('{}');

/** Pushes what is no image: an SBOM, a provenance (image-spec v1.1.1, "Guidelines for Artifact Usage"). */
export async function pushArtifact(
  target: Target,
  input: ArtifactInput,
  options: Options = {},
): Promise<Descriptor> {
  const { artifactType, annotations, subject, tags = [] } = input;
  const config = describe(EMPTY_MEDIA_TYPE, EMPTY);
  // Some registries refuse a manifest without layers, so it gets the empty one.
  const parts: readonly ArtifactPart[] =
    input.parts.length > 0 ? input.parts : [{ mediaType: EMPTY_MEDIA_TYPE, content: EMPTY }];
  const layers = parts.map((part) => ({
    ...part,
    descriptor: 'descriptor' in part ? part.descriptor : describe(part.mediaType, part.content),
  }));
  const put = async (descriptor: Descriptor, content: Content) => {
    if (!(await isAlreadyThere(target, descriptor, options))) await target.push(descriptor, content, options);
  };
  await put(config, EMPTY);
  for (const { descriptor, content } of layers) await put(descriptor, content);
  const mediaType = mediaTypeOf('manifest');
  const manifest = {
    schemaVersion: 2,
    mediaType,
    artifactType,
    config: { ...config, data: EMPTY.toString('base64') },
    layers: layers.map(({ descriptor, annotations: own }) =>
      own === undefined ? descriptor : { ...descriptor, annotations: own },
    ),
    ...(subject === undefined ? {} : { subject: bare(subject) }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const descriptor = describe(mediaType, bytes);
  await put(descriptor, bytes);
  for (const tag of tags) await target.tag(descriptor, tag, options);
  return { ...descriptor, artifactType };
}

function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
