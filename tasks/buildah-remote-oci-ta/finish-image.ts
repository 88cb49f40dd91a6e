import * as z from 'zod';
import {
  type Descriptor,
  type Digest,
  describe,
  type Format,
  fetchBytes,
  isDigest,
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

/** All that is not named stays as buildah has written it. */
const History = z.looseObject({ created: z.string().optional() });
type History = z.output<typeof History>;
const Config = z.looseObject({
  created: z.string().optional(),
  history: z.array(History).optional(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
});
const Manifest = z.looseObject({
  config: z.looseObject({
    mediaType: z.string(),
    digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value)),
    size: z.number(),
  }),
  layers: z.array(z.looseObject({})),
});

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
  const manifest = Manifest.parse(await readJson(built, root, options));
  const config = Config.parse(await readJson(built, { ...root, ...manifest.config }, options));
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

function notAfter(entry: History, epoch: Date | undefined): History {
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

async function readJson(target: Target, descriptor: Descriptor, options: Options): Promise<unknown> {
  return JSON.parse(Buffer.from(await fetchBytes(target, descriptor, options)).toString());
}
