import pMap from 'p-map';
import type { Compose } from '#lib/compose';
import {
  formatPlatform,
  type Image,
  openLayer,
  type ReadableTarget,
  readImages,
  rpmArchitecture,
} from '#lib/oci';
import { type Rootfs, readRootfs } from '#lib/rootfs';
import { readRpmdb, rpmdbPaths } from '#lib/rpm';
import type { ImageFacts, Packages, PlatformFacts } from './facts.ts';
import { likely, wanted } from './wanted.ts';

export interface InspectOptions {
  readonly reference: string;
  readonly digest: string;
  readonly expected: readonly string[];
  readonly compose: Compose | undefined;
  readonly signal?: AbortSignal;
  /** Told when a platform has been read. */
  readonly onPlatform?: (platform: string) => void;
}

/** Platforms that are read at once: two, for inflating is what takes the time. */
const CONCURRENCY = 2;

/** Reads an image, all its platforms, from its layers where they are: no container, no emulation, nothing unpacked. */
export async function inspectImage(target: ReadableTarget, options: InspectOptions): Promise<ImageFacts> {
  const { reference, digest, expected, signal } = options;
  const { index, images } = await readImages(target, digest, { signal });
  const platforms = await pMap(
    images,
    async (image) => {
      const claimed = index?.manifests.find((member) => member.digest === image.descriptor.digest)?.platform;
      const facts = await inspectPlatform(target, image, formatPlatform(claimed ?? image.config), signal);
      options.onPlatform?.(facts.platform);
      return facts;
    },
    { concurrency: CONCURRENCY },
  );
  return {
    reference,
    digest,
    expected,
    platforms,
    unread: [],
    compose: await composeFacts(options.compose, platforms),
  };
}

async function inspectPlatform(
  target: ReadableTarget,
  image: Image,
  platform: string,
  signal: AbortSignal | undefined,
): Promise<PlatformFacts> {
  const { manifest, config, descriptor } = image;
  const layers = manifest.layers.map((layer, index) => ({
    name: `layer ${index + 1} (${layer.digest})`,
    open: () => openLayer(target, layer, { signal, diffId: config.rootfs.diff_ids[index] }),
  }));
  await using rootfs = await readRootfs(layers, { wanted, likely });
  return {
    platform,
    arch: rpmArchitecture(platform.split('/')[1] ?? ''),
    digest: descriptor.digest,
    configArchitecture: config.architecture,
    config: config.config ?? {},
    rootfs,
    packages: await packagesOf(rootfs),
    unaccounted: [],
  };
}

async function packagesOf(rootfs: Rootfs): Promise<Packages> {
  for (const path of rpmdbPaths) {
    const spooled = rootfs.spooled(path);
    if (spooled.kind === 'unreadable') return { kind: 'unreadable', why: `/${path}: ${spooled.why}` };
    if (spooled.kind === 'spooled') return { kind: 'read', rpms: await readRpmdb(spooled.file) };
  }
  return { kind: 'absent' };
}

async function composeFacts(
  compose: Compose | undefined,
  platforms: readonly PlatformFacts[],
): Promise<ImageFacts['compose']> {
  if (!compose) return undefined;
  const packages = new Map<string, ReadonlySet<string>>();
  for (const { arch } of platforms) packages.set(arch, await compose.packages(arch));
  return { id: compose.id, url: compose.location, packages };
}
