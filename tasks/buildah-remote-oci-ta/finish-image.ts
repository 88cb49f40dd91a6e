import {
  type Descriptor,
  describe,
  fetchBytes,
  type Format,
  mediaTypeOf,
  type Options,
  packLayer,
  streamOf,
  type Target,
  verified,
} from '#lib/oci';

export interface Finish {
  readonly format: Format;
  /** The time of the image and of what is added; without it that of the build stays. */
  readonly epoch: Date | undefined;
  /** Files in a layer of their own, by path in the image. */
  readonly files: Readonly<Record<string, string>>;
}

interface History {
  readonly created?: string;
}

/**
 * The image that buildah has built, with what buildah did not do: a target that gives the new manifest, its configuration
 * and layer from memory, and all else from `built`.
 */
export async function finishImage(
  built: Target,
  root: Descriptor,
  { format, epoch, files }: Finish,
  options: Options = {},
): Promise<Target> {
  const manifest = JSON.parse(Buffer.from(await fetchBytes(built, root, options)).toString()) as {
    config: Descriptor;
    layers: Descriptor[];
  };
  const config = JSON.parse(Buffer.from(await fetchBytes(built, manifest.config, options)).toString()) as {
    created?: string;
    history?: History[];
    rootfs: { diff_ids: string[] };
  };
  const seconds = epoch === undefined ? 0 : Math.floor(epoch.getTime() / 1000);
  const names = Object.keys(files);
  const entries = names.map((path) => ({ path, content: files[path] ?? '' }));
  const layer = names.length === 0 ? undefined : await packLayer(entries, { format, mtime: seconds });
  const created = epoch === undefined ? config.created : rfc3339(epoch);
  const added = { ...(created !== undefined && { created }), created_by: 'labels of the image' };
  const history = [...(config.history ?? []), ...(layer && config.history?.length ? [added] : [])];
  const newConfig = encode(mediaTypeOf('config', format), {
    ...config,
    ...(created !== undefined && { created }),
    rootfs: {
      ...config.rootfs,
      diff_ids: [...config.rootfs.diff_ids, ...(layer ? [layer.diffId] : [])],
    },
    ...(config.history && { history: history.map((one) => notAfter(one, epoch)) }),
  });
  const newRoot = encode(root.mediaType, {
    ...manifest,
    config: { ...manifest.config, digest: newConfig.descriptor.digest, size: newConfig.descriptor.size },
    layers: [...manifest.layers, ...(layer ? [layer.descriptor] : [])],
  });
  const own = new Map<string, Uint8Array>([
    [newConfig.descriptor.digest, newConfig.bytes],
    [newRoot.descriptor.digest, newRoot.bytes],
  ]);
  return {
    ...built,
    resolve: async () => newRoot.descriptor,
    exists: async (descriptor, more) =>
      own.has(descriptor.digest) ||
      descriptor.digest === layer?.descriptor.digest ||
      (await built.exists(descriptor, more)),
    fetch: (descriptor, more) => {
      const content =
        own.get(descriptor.digest) ??
        (descriptor.digest === layer?.descriptor.digest ? layer.content : undefined);
      return content === undefined
        ? built.fetch(descriptor, more)
        : verified(streamOf(content), descriptor, built.name);
    },
  };
}

function notAfter<H extends History>(entry: H, epoch: Date | undefined): H {
  if (epoch === undefined || entry.created === undefined) return entry;
  return Date.parse(entry.created) > epoch.getTime() ? { ...entry, created: rfc3339(epoch) } : entry;
}

function rfc3339(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

function encode(mediaType: string, value: object) {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, descriptor: describe(mediaType, bytes) };
}
