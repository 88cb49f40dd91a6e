import * as z from 'zod';
import {
  type Descriptor,
  type Digest,
  describe,
  fetchBytes,
  isDigest,
  type Options,
  type ReadableTarget,
  streamOf,
  verified,
} from '#lib/oci';
import { timestamp } from '#lib/text';

const DigestText = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));
/** All that is not named stays as buildah has written it. */
const HistoryEntry = z.looseObject({ created: z.string().optional() });
const Container = z.looseObject({
  Hostname: z.string().optional(),
  Labels: z.record(z.string(), z.string()).nullish(),
});
const Config = z.looseObject({
  created: z.string().optional(),
  history: z.array(HistoryEntry).optional(),
  rootfs: z.looseObject({ diff_ids: z.array(DigestText) }),
  config: Container.optional(),
  /** docker's format alone has these two. */
  container: z.string().optional(),
  container_config: Container.optional(),
});
const Part = z.looseObject({ mediaType: z.string(), digest: DigestText, size: z.number() });
const Manifest = z.looseObject({ config: Part, layers: z.array(Part) });

export type HistoryEntry = z.output<typeof HistoryEntry>;
export type Config = z.output<typeof Config>;
export type Manifest = z.output<typeof Manifest>;

export interface Documents {
  readonly manifest: Manifest;
  readonly config: Config;
}

/** The manifest and the configuration of an image that buildah has built. */
export async function readDocuments(
  built: ReadableTarget,
  root: Descriptor,
  options: Options,
): Promise<Documents> {
  const read = async (descriptor: Descriptor): Promise<unknown> =>
    JSON.parse(Buffer.from(await fetchBytes(built, descriptor, options)).toString());
  const manifest = Manifest.parse(await read(root));
  return { manifest, config: Config.parse(await read({ ...root, ...manifest.config })) };
}

/**
 * The image with other documents: it gives them from memory, what else is `own` from where that is, and the rest from
 * where the image is.
 */
export function withDocuments(
  image: ReadableTarget,
  root: Descriptor,
  { manifest, config }: Documents,
  own: ReadonlyMap<Digest, () => AsyncIterable<Uint8Array>> = new Map(),
): ReadableTarget {
  const newConfig = encode(manifest.config.mediaType, config);
  const { digest, size } = newConfig.descriptor;
  const newRoot = encode(root.mediaType, { ...manifest, config: { ...manifest.config, digest, size } });
  const inMemory = [newConfig, newRoot].map(
    ({ descriptor, bytes }) => [descriptor.digest, () => streamOf(bytes)] as const,
  );
  const all = new Map([...inMemory, ...own]);
  return {
    ...image,
    resolve: async () => newRoot.descriptor,
    fetch: (descriptor, options) => {
      const read = all.get(descriptor.digest);
      return read ? verified(read(), descriptor, image.name) : image.fetch(descriptor, options);
    },
  };
}

function encode(mediaType: string, value: object) {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, descriptor: describe(mediaType, bytes) };
}

/** The configuration with these labels alone. */
export function withLabels(config: Config, labels: Readonly<Record<string, string>>): Config {
  const own = <T extends object>(container: T) => ({ ...container, Labels: labels });
  return {
    ...config,
    ...(config.config && { config: own(config.config) }),
    ...(config.container_config && { container_config: own(config.container_config) }),
  };
}

/**
 * The configuration with no later time, and without the names that each container has of its own: as buildah writes it
 * for --source-date-epoch (image.go, newDockerSchema2ManifestBuilder).
 */
export function withoutMoment(config: Config, epoch: Date): Config {
  const own = <T extends { Hostname?: string | undefined }>(container: T) =>
    container.Hostname === undefined ? container : { ...container, Hostname: 'sandbox', Domainname: '' };
  return {
    ...config,
    created: timestamp(epoch),
    ...(config.history && { history: config.history.map((one) => notAfter(one, epoch)) }),
    ...(config.config && { config: own(config.config) }),
    ...(config.container !== undefined && { container: '' }),
    ...(config.container_config && { container_config: own(config.container_config) }),
  };
}

function notAfter(entry: HistoryEntry, epoch: Date): HistoryEntry {
  if (entry.created === undefined) return entry;
  return Date.parse(entry.created) > epoch.getTime() ? { ...entry, created: timestamp(epoch) } : entry;
}
