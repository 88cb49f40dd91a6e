import pMap from 'p-map';
import {
  createLimit,
  formatPlatform,
  type Image,
  layerProblems,
  openLayer,
  type ReadableTarget,
  rpmArchitecture,
} from '#lib/oci';
import { type LayerSource, type Rootfs, readRootfs, tocOf, type Want } from '#lib/rootfs';
import { type RpmdbReader, readInstalled } from '#lib/rpm';
import { namedFiles } from './checks/repositories.ts';
import type { PlatformFacts } from './facts.ts';
import { likely, wanted } from './wanted.ts';

interface ReadOptions {
  readonly reader: RpmdbReader;
  readonly signal: AbortSignal;
  /** Called when a platform has been read. */
  readonly onPlatform?: ((platform: string) => void) | undefined;
}

/** Platforms whose layers are read at once: two, for inflating is what takes the time. */
const LAYERS_AT_ONCE = 2;

/** Platforms at once: while the process of the reader is busy with one database, the layers of the next one are read. */
const PLATFORMS_AT_ONCE = LAYERS_AT_ONCE + 1;

/**
 * Reads all platforms of an image. Members of an index may be made of the same layers, or be the same image: each is
 * read once.
 */
export function readPlatforms(
  target: ReadableTarget,
  images: readonly Image[],
  { reader, signal, onPlatform }: ReadOptions,
): Promise<PlatformFacts[]> {
  const limit = createLimit(LAYERS_AT_ONCE);
  const readContents = async (image: Image): Promise<Contents> => {
    await using rootfs = await limit(() => readLayers(layersOf(target, image, signal)));
    return { rootfs, packages: await readInstalled(rootfs, { reader, signal }) };
  };
  const contents = new Map<string, Promise<Contents>>();
  const contentsOf = (image: Image) => {
    const key = JSON.stringify([image.manifest.layers, image.config.rootfs.diff_ids]);
    const known = contents.get(key) ?? readContents(image);
    contents.set(key, known);
    return known;
  };
  return pMap(
    images,
    async (image) => {
      const facts = platformFacts(image, await contentsOf(image));
      onPlatform?.(facts.platform);
      return facts;
    },
    { concurrency: PLATFORMS_AT_ONCE },
  );
}

/** What an image has in its layers. */
type Contents = Pick<PlatformFacts, 'rootfs' | 'packages'>;

function layersOf(
  target: ReadableTarget,
  { manifest, config }: Image,
  signal: AbortSignal,
): readonly LayerSource[] {
  return manifest.layers.map((layer, index) => ({
    name: `layer ${index + 1} (${layer.digest})`,
    open: (blob) => openLayer(target, layer, { signal, blob, diffId: config.rootfs.diff_ids[index] }),
    toc: tocOf(layer.annotations),
  }));
}

function platformFacts(image: Image, contents: Contents): PlatformFacts {
  const { config, descriptor, manifest } = image;
  const platform = formatPlatform(descriptor.platform ?? config);
  return {
    platform,
    arch: archOf(image),
    digest: descriptor.digest,
    configArchitecture: config.architecture,
    config: config.config ?? {},
    layers: manifest.layers,
    diffIds: config.rootfs.diff_ids,
    ...contents,
    unaccounted: layerProblems(image),
  };
}

/** RPM's name of the architecture that the index says, or else the image itself. */
export function archOf({ config, descriptor }: Image): string {
  return rpmArchitecture(formatPlatform(descriptor.platform ?? config).split('/')[1] ?? '');
}

/**
 * Reads the layers, and all of them again where they name further files: dnf may keep variables and lists of mirrors
 * anywhere.
 */
async function readLayers(layers: readonly LayerSource[]): Promise<Rootfs> {
  const rootfs = await readRootfs(layers, { wanted, likely });
  const named = namedFiles(rootfs).filter((path) => rootfs.read(path).kind === 'unreadable');
  if (named.length === 0) return rootfs;
  await rootfs[Symbol.asyncDispose]();
  return readRootfs(layers, { wanted: (tree) => [...wanted(tree), ...contentOf(named)], likely });
}

function contentOf(paths: readonly string[]): (readonly [path: string, want: Want])[] {
  return paths.map((path) => [path, 'content'] as const);
}
