import pMap from 'p-map';
import type { Compose } from '#lib/compose';
import {
  formatPlatform,
  type Image,
  layerProblems,
  type OtherMember,
  openLayer,
  type ReadableTarget,
  readImages,
  rpmArchitecture,
} from '#lib/oci';
import { type LayerSource, type Rootfs, readRootfs, type Want } from '#lib/rootfs';
import { RpmdbReader, readInstalled } from '#lib/rpm';
import { namedFiles } from './checks/repositories.ts';
import type { ImageFacts, PlatformFacts } from './facts.ts';
import { likely, wanted } from './wanted.ts';

export interface InspectOptions {
  readonly reference: string;
  readonly digest: string;
  readonly expected: readonly string[];
  readonly compose: Compose | undefined;
  readonly signal?: AbortSignal;
  /** Called when a platform has been read. */
  readonly onPlatform?: (platform: string) => void;
}

/** Platforms that are read at once: two, for inflating is what takes the time. */
const CONCURRENCY = 2;

/**
 * Reads an image, all its platforms, from its layers where they are: no container, no emulation, nothing unpacked. It is
 * known by its digest alone; what a tag says by then is not asked.
 */
export async function inspectImage(target: ReadableTarget, options: InspectOptions): Promise<ImageFacts> {
  const { reference, digest, expected, signal } = options;
  // The process of the reader starts while the layers are on their way.
  using reader = new RpmdbReader();
  const { images, others } = await readImages(target, digest, { signal });
  // Members of an index may be made of the same layers, or be the same image: each is read once.
  const contents = new Map<string, Promise<Contents>>();
  const contentsOf = (image: Image) => {
    const key = JSON.stringify([image.manifest.layers, image.config.rootfs.diff_ids]);
    const known = contents.get(key) ?? readContents(target, image, { reader, signal });
    contents.set(key, known);
    return known;
  };
  const platforms = await pMap(
    images,
    async (image) => {
      const facts = platformFacts(image, await contentsOf(image));
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
    unread: others.filter(({ mayBeChosen }) => mayBeChosen).map(memberText),
    compose: await composeFacts(options.compose, platforms),
  };
}

function memberText({ descriptor, why }: OtherMember): string {
  const platform = descriptor.platform ? ` for ${formatPlatform(descriptor.platform)}` : '';
  return `member ${descriptor.digest} of the index${platform} is ${why}`;
}

/** What an image has in its layers. */
type Contents = Pick<PlatformFacts, 'rootfs' | 'packages'>;

async function readContents(
  target: ReadableTarget,
  { manifest, config }: Image,
  { reader, signal }: { readonly reader: RpmdbReader; readonly signal: AbortSignal | undefined },
): Promise<Contents> {
  const layers = manifest.layers.map((layer, index) => ({
    name: `layer ${index + 1} (${layer.digest})`,
    open: () => openLayer(target, layer, { signal, diffId: config.rootfs.diff_ids[index] }),
  }));
  await using rootfs = await readLayers(layers);
  return { rootfs, packages: await readInstalled(rootfs, { reader, signal }) };
}

function platformFacts(image: Image, contents: Contents): PlatformFacts {
  const { config, descriptor } = image;
  const platform = formatPlatform(descriptor.platform ?? config);
  return {
    platform,
    arch: rpmArchitecture(platform.split('/')[1] ?? ''),
    digest: descriptor.digest,
    configArchitecture: config.architecture,
    config: config.config ?? {},
    ...contents,
    unaccounted: layerProblems(image),
  };
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

async function composeFacts(
  compose: Compose | undefined,
  platforms: readonly PlatformFacts[],
): Promise<ImageFacts['compose']> {
  if (!compose) return undefined;
  const packages = new Map<string, ReadonlySet<string>>();
  for (const { arch } of platforms) packages.set(arch, await compose.packages(arch));
  return { id: compose.id, url: compose.location, packages };
}
