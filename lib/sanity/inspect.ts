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
import { readRootfs, type Tree, type Want } from '#lib/rootfs';
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

const files: ReadonlySet<string> = new Set([
  'usr/lib/os-release',
  'etc/os-release',
  'usr/lib/ostree/prepare-root.conf',
  'etc/passwd',
  'etc/group',
]);
/** Directories whose files are read. */
const directories: readonly string[] = [
  'usr/lib/bootc/kargs.d',
  ...['usr/lib', 'etc'].flatMap((base) => [`${base}/tmpfiles.d`, `${base}/sysusers.d`]),
  ...['etc', 'usr/etc'].flatMap((base) => [`${base}/yum.repos.d`, `${base}/distro.repos.d`]),
  'usr/share/dnf5/repos.d',
];

/** What the checks read. */
function* wanted(tree: Tree): Generator<readonly [path: string, want: Want]> {
  for (const path of files) yield [path, 'content'];
  for (const directory of directories)
    for (const name of tree.list(directory)) yield [`${directory}/${name}`, 'content'];
  for (const path of programs) yield [path, 'head'];
  for (const path of rpmdbPaths) yield [path, 'spool'];
}

/** The same by name, for the first time that the layers are read. */
function likely(path: string): Want | undefined {
  if (files.has(path) || directories.includes(path.slice(0, Math.max(0, path.lastIndexOf('/')))))
    return 'content';
  if ((programs as readonly string[]).includes(path)) return 'head';
  return (rpmdbPaths as readonly string[]).includes(path) ? 'spool' : undefined;
}

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
  const layers = manifest.layers.map((layer, index) => ({
    name: `layer ${index + 1} (${layer.digest})`,
    open: () => openLayer(target, layer, { signal, diffId: config.rootfs.diff_ids[index] }),
  }));
  await using rootfs = await readRootfs(layers, { wanted, likely });
  let rpms: InstalledRpm[] | undefined;
  for (const path of rpmdbPaths) {
    const spooled = rootfs.spooled(path);
    if (spooled.kind === 'unreadable') throw new Error(`/${path} cannot be read: ${spooled.why}`);
    if (spooled.kind === 'absent') continue;
    rpms = await readRpmdb(spooled.file);
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
