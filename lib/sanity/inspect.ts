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
import { readRootfs } from '#lib/rootfs';
import { type InstalledRpm, readRpmdb, rpmdbPaths } from '#lib/rpm';
import { programs } from './checks/platforms.ts';
import type { ImageFacts, PlatformFacts } from './facts.ts';

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

const kept =
  /^(?:usr\/lib\/(?:os-release|bootc\/kargs\.d\/[^/]+|ostree\/prepare-root\.conf|(?:tmpfiles|sysusers)\.d\/[^/]+\.conf)|etc\/(?:os-release|passwd|group|(?:tmpfiles|sysusers)\.d\/[^/]+\.conf)|(?:usr\/)?etc\/(?:yum|distro)\.repos\.d\/[^/]+\.repo|usr\/share\/dnf5\/repos\.d\/[^/]+\.repo)$/;

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
  return { reference, digest, expected, platforms, compose: await composeFacts(options.compose, platforms) };
}

async function inspectPlatform(
  target: ReadableTarget,
  image: Image,
  platform: string,
  signal: AbortSignal | undefined,
): Promise<PlatformFacts> {
  const { manifest, config, descriptor } = image;
  const layers = manifest.layers.map((layer, index) =>
    openLayer(target, layer, { signal, diffId: config.rootfs.diff_ids[index] }),
  );
  const isProgram = (path: string) => (programs as readonly string[]).includes(path);
  const databases: readonly string[] = rpmdbPaths;
  await using rootfs = await readRootfs(layers, {
    keep: (path) => kept.test(path),
    keepHead: isProgram,
    spool: (path) => databases.includes(path),
  });
  let rpms: InstalledRpm[] | undefined;
  for (const path of databases) {
    const real = rootfs.resolve(path);
    const spooled = real === undefined ? undefined : rootfs.get(real)?.spooled;
    if (spooled === undefined) continue;
    rpms = await readRpmdb(spooled);
    break;
  }
  return {
    platform,
    arch: rpmArchitecture(platform.split('/')[1] ?? ''),
    digest: descriptor.digest,
    configArchitecture: config.architecture,
    config: config.config ?? {},
    rootfs,
    rpms,
  };
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
