import {
  type ContainerConfig,
  type Descriptor,
  describe,
  digestOf,
  type ImageConfig,
  type Layer,
  mediaTypeOf,
  pushImage,
  type Target,
} from '#lib/oci';
import { bootcConfig } from './bootc-config.ts';
import { type Files, goodFiles } from './bootc-root.ts';
import { rpmdbOf } from './rpmdb-files.ts';
import { type TarItem, tarOf } from './tar-writer.ts';

export const bashRpm = { name: 'bash', version: '5.3', release: '1.fc43', arch: 'aarch64' } as const;
/** What a compose must have that the good image is of. */
export const goodPackages = {
  aarch64: ['bash-0:5.3-1.fc43.aarch64'],
  s390x: ['bash-0:5.3-1.fc43.s390x'],
} as const;
export const rpmdbPlace = 'usr/lib/sysimage/rpm/rpmdb.sqlite';

/** What a bootc image is other than the good one. */
export interface ImageChoice {
  /** Files of the first layer in place of the good ones; undefined takes one out. */
  readonly files?: Files;
  /** Further layers, over the first. */
  readonly layers?: readonly Layer[];
  readonly config?: Partial<Omit<ImageConfig, 'rootfs' | 'config'>>;
  readonly container?: Partial<ContainerConfig>;
  readonly labels?: Readonly<Record<string, string>>;
}

const goodDatabase = rpmdbOf([bashRpm]).database;

/** Pushes an image that no check has anything against but for what is given; for linux/arm64. */
export async function pushBootcImage(target: Target, choice: ImageChoice = {}): Promise<Descriptor> {
  const files = { ...goodFiles, [rpmdbPlace]: goodDatabase, ...choice.files };
  return pushImage(target, {
    config: imageConfig(choice),
    layers: [layerOf(itemsOf(files)), ...(choice.layers ?? [])],
  });
}

export function imageConfig(choice: ImageChoice = {}): Omit<ImageConfig, 'rootfs'> {
  return {
    os: 'linux',
    architecture: 'arm64',
    config: { ...bootcConfig(choice.labels), ...choice.container },
    ...choice.config,
  };
}

/** A layer of an archive that is written entry by entry, or byte by byte. */
export function layerOf(archive: readonly TarItem[] | Buffer): Layer {
  const tar = Buffer.isBuffer(archive) ? archive : tarOf(archive);
  return {
    descriptor: describe(mediaTypeOf('layer', 'oci', 'none'), tar),
    diffId: digestOf(tar),
    content: tar,
  };
}

/** Entries of files, each directory before what is in it. */
export function itemsOf(files: Files): TarItem[] {
  const directories = new Set<string>();
  const items = Object.entries(files).flatMap(([path, what]): TarItem[] => {
    if (what === undefined) return [];
    const parents = path.split('/').slice(0, -1);
    const missing = parents
      .map((_, index) => parents.slice(0, index + 1).join('/'))
      .filter((parent) => !directories.has(parent) && files[parent] === undefined);
    for (const parent of missing) directories.add(parent);
    return [...missing.map((parent) => ({ path: parent, flag: '5', mode: 0o755 })), itemOf(path, what)];
  });
  return items;
}

function itemOf(path: string, what: NonNullable<Files[string]>): TarItem {
  if (what === '/') return { path, flag: '5', mode: 0o755 };
  if (typeof what === 'string' && what.startsWith('-> '))
    return { path, flag: '2', link: what.slice(3), mode: 0o777 };
  return { path, content: what as string | Buffer };
}
