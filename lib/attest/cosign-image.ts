import {
  type Content,
  type Descriptor,
  describe,
  isAlreadyThere,
  mediaTypeOf,
  type Options,
  type Target,
} from '#lib/oci';

interface Encoded {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * What cosign keeps beside an image is an image itself: go-containerregistry's of nothing but these layers, in its order
 * of keys.
 */
export function cosignImage(...layers: readonly Descriptor[]): {
  readonly config: Encoded;
  readonly manifest: Encoded;
} {
  const created = '0001-01-01T00:00:00Z';
  const config = encode(mediaTypeOf('config'), {
    architecture: '',
    created,
    history: layers.map(() => ({ created })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  });
  const mediaType = mediaTypeOf('manifest');
  const parts = { config: ordered(config.descriptor), layers: layers.map(ordered) };
  return { config, manifest: encode(mediaType, { schemaVersion: 2, mediaType, ...parts }) };
}

/** Puts such an image under a tag, which comes last; what is there already is not pushed again. */
export async function tagCosignImage(
  target: Target,
  {
    known = [],
    layer,
    content,
  }: {
    /** Layers that are there. */
    readonly known?: readonly Descriptor[];
    readonly layer: Descriptor;
    readonly content: Uint8Array;
  },
  tag: string,
  options: Options,
): Promise<void> {
  const { config, manifest } = cosignImage(...known, layer);
  for (const [descriptor, bytes] of [
    [layer, content],
    [config.descriptor, config.bytes],
    [manifest.descriptor, manifest.bytes],
  ] as const satisfies readonly (readonly [Descriptor, Content])[]) {
    if (!(await isAlreadyThere(target, descriptor, options))) await target.push(descriptor, bytes, options);
  }
  await target.tag(manifest.descriptor, tag, options);
}

function ordered({ mediaType, size, digest, annotations }: Descriptor): object {
  return { mediaType, size, digest, ...(annotations && { annotations }) };
}

function encode(mediaType: string, value: object): Encoded {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, descriptor: describe(mediaType, bytes) };
}
