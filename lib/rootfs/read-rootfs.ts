import { quoted } from '#lib/text';
import { createBudget } from './budget.ts';
import { collectGarbageSooner } from './collect-garbage-sooner.ts';
import type { Want } from './contents.ts';
import { makeRoot } from './directory.ts';
import { InvalidLayerError } from './errors.ts';
import { Inodes } from './inodes.ts';
import { Keeper } from './keeper.ts';
import { LayerTree } from './layer-tree.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { mergeLayer } from './merge.ts';
import { readTar, type TarEntry } from './read-tar.ts';
import { Rootfs } from './rootfs.ts';
import type { Toc } from './toc/toc-of.ts';
import { TocWatch } from './toc/toc-watch.ts';
import { Tree, type Unread } from './tree.ts';

/** A layer, uncompressed. */
export interface LayerSource {
  /** For messages: `layer 3 (sha256:…)`. */
  readonly name: string;
  /**
   * Reads it from its beginning; called again where a file's content is needed that was not expected.
   *
   * @param blob takes the bytes from which it is uncompressed, as they come
   */
  open(blob?: (bytes: Uint8Array) => void): AsyncIterable<Uint8Array>;
  /** By which an engine may unpack it in place of what `open` gives: then both must say the same. */
  readonly toc?: Toc | undefined;
}

export interface ReadRootfsOptions {
  /** Asked once the tree is known: which files are to be read; the paths may lead through links. */
  readonly wanted?: (tree: Tree) => Iterable<readonly [path: string, want: Want]>;
  /**
   * Asked by name alone, while the layers stream by for the first time: what is kept then need not be read a second
   * time. It is only a hint: what `wanted` does not ask for is dropped, what this missed is read again. Without
   * `wanted` all of it is kept.
   */
  readonly likely?: (path: string) => Want | undefined;
  readonly limits?: Partial<Limits>;
}

/** Problems that are told one by one; where there are thousands, these say enough. */
const MOST_UNREAD = 100;

/** From this number of files on, memory matters. */
const MANY = 50_000;

/**
 * Reads the layers of an image (the lowest first) into the root file system that podman and buildah would mount. Nothing
 * is unpacked, nothing is executed, and but for an index only what is asked for is kept. Layers are read a second time
 * only where something was asked for that was not likely, such as a file that is a hard link to an ostree object.
 *
 * @throws {InvalidLayerError}
 */
export async function readRootfs(
  layers: readonly LayerSource[],
  options: ReadRootfsOptions = {},
): Promise<Rootfs> {
  const limits = { ...defaultLimits, ...options.limits };
  const keeper = new Keeper(limits);
  try {
    const { root, inodes, unread } = await index(layers, keeper, limits, options.likely);
    if (options.wanted) {
      const tree = new Tree(root, inodes, unread, createBudget(limits));
      await fetchWanted(layers, keeper, inodes, wantedInodes(tree, options.wanted(tree)));
    }
    return new Rootfs(keeper, root, inodes, unread, createBudget(limits));
  } catch (error) {
    await keeper[Symbol.asyncDispose]();
    throw error;
  }
}

async function index(
  layers: readonly LayerSource[],
  keeper: Keeper,
  limits: Limits,
  likely: ReadRootfsOptions['likely'],
) {
  const inodes = new Inodes();
  const budget = createBudget(limits);
  const unread: Unread[] = [];
  let isLarge = false;
  const root = makeRoot(
    inodes.add({ type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 }, { layer: 0, ordinal: 0 }),
  );
  for (const [number, source] of layers.entries()) {
    const tell = (where: string, why: string) => {
      if (unread.length < MOST_UNREAD) unread.push({ where, why });
      else if (unread.length === MOST_UNREAD)
        unread.push({ where: source.name, why: 'there is more, which is not told' });
    };
    const layer = new LayerTree({
      inodes,
      budget,
      layer: number,
      lower: root,
      tell: (path, why) => tell(`${quoted(`/${path}`)} in ${source.name}`, why),
    });
    const toc = source.toc && new TocWatch(source.toc);
    await eachEntry(
      { ...source, open: () => source.open(toc?.blob) },
      (why) => tell(source.name, why),
      (entry, ordinal) => {
        const file = layer.add(entry, ordinal);
        if (!isLarge && inodes.count >= MANY) {
          isLarge = true;
          collectGarbageSooner();
        }
        const want = file && likely?.(file.path);
        const keep = want
          ? (content: AsyncIterable<Uint8Array>) => keeper.keep(file.inode, want, entry.size, content)
          : undefined;
        return toc ? toc.entry(entry, keep) : keep?.(entry.content());
      },
    );
    layer.finish();
    const why = await toc?.finish();
    if (why !== undefined) tell(source.name, why);
    mergeLayer(root, layer);
  }
  return { root, inodes, unread };
}

/**
 * Calls back for each entry of a layer, with its number; the callback returns a promise only where it reads content.
 */
async function eachEntry(
  source: LayerSource,
  tell: (why: string) => void,
  callback: (entry: TarEntry, ordinal: number) => Promise<void> | void,
): Promise<void> {
  let ordinal = 0;
  try {
    await readTar(source.open(), (entry) => callback(entry, ordinal++), tell);
  } catch (error) {
    if (!(error instanceof InvalidLayerError)) throw error;
    throw new InvalidLayerError(`cannot read ${source.name}: ${error.message}`, { cause: error });
  }
}

/** The files that paths lead to; where one is asked for in two ways, the one that keeps more counts. */
function wantedInodes(
  tree: Tree,
  wanted: Iterable<readonly [path: string, want: Want]>,
): ReadonlyMap<number, Want> {
  const inodes = new Map<number, Want>();
  for (const [path, want] of wanted) {
    const resolved = tree.locate(path);
    if (resolved.kind !== 'file' || resolved.type !== 'file') continue;
    if (want === 'head' && inodes.has(resolved.inode)) continue;
    inodes.set(resolved.inode, want);
  }
  return inodes;
}

async function fetchWanted(
  layers: readonly LayerSource[],
  keeper: Keeper,
  inodes: Inodes,
  wanted: ReadonlyMap<number, Want>,
): Promise<void> {
  for (const inode of keeper.inodes) {
    const want = wanted.get(inode);
    if (want === undefined || keeper.get(inode)?.want !== want) await keeper.drop(inode);
  }
  const missing = new Map<number, Map<number, number>>();
  for (const [inode, want] of wanted) {
    if (keeper.get(inode) || keeper.refuse(inode, want, inodes.attributes(inode).size)) continue;
    const { layer, ordinal } = inodes.place(inode);
    const ordinals = missing.get(layer) ?? new Map<number, number>();
    missing.set(layer, ordinals.set(ordinal, inode));
  }
  for (const [number, ordinals] of [...missing].sort(([a], [b]) => a - b)) {
    const source = layers[number];
    if (!source) continue;
    await eachEntry(
      source,
      () => {},
      (entry, ordinal) => {
        const inode = ordinals.get(ordinal);
        const want = inode === undefined ? undefined : wanted.get(inode);
        return inode !== undefined && want
          ? keeper.keep(inode, want, entry.size, entry.content())
          : undefined;
      },
    );
  }
}
