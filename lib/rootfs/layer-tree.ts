import type { Budget } from './budget.ts';
import { type Directory, makeRoot, type Node, type WalkOptions, WHITEOUT, walk } from './directory.ts';
import type { EntryType, Inodes } from './inodes.ts';
import { NAME_MAX, PATH_MAX } from './limits.ts';
import { cleanPath, decodeName, nameLength, own, withinRoot } from './names.ts';
import { PathSet } from './path-set.ts';
import type { TarEntry } from './read-tar.ts';

const types: Readonly<Record<string, EntryType>> = {
  '0': 'file',
  '7': 'file',
  S: 'file',
  '2': 'symlink',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
  '6': 'fifo',
};

/** Attributes by which an overlay hides or redirects what is below (overlayfs.rst); an archive can set them. */
const overlayAttributes =
  /^SCHILY\.xattr\.(?:trusted|user)\.overlay\.(?:opaque|redirect|metacopy|whiteouts?)$/;

export interface LayerContext {
  readonly inodes: Inodes;
  readonly budget: Budget;
  /** Number of the layer. */
  readonly layer: number;
  /** What the layers below make. */
  readonly lower: Directory;
  /** Called with what an engine refuses, or would read otherwise. */
  readonly tell: (path: string, why: string) => void;
}

/**
 * What one layer unpacks to in a directory of its own, as the overlay driver of podman and buildah does it
 * (containers/storage, pkg/archive `Unpack` with `OverlayWhiteoutFormat`): links that it made itself are followed,
 * lower layers are not seen, a later entry takes the place of an earlier one.
 */
export class LayerTree {
  readonly root: Directory;
  /** Whether there is anything that hides what is below. */
  hasWhiteouts = false;
  readonly #context: LayerContext;
  readonly #seen = new PathSet();
  readonly #directories: string[] = [];
  #hasRemoved = false;
  #parent: { readonly path: string; readonly directory: Directory } | undefined;

  constructor(context: LayerContext) {
    this.#context = context;
    this.root = makeRoot(this.#inode('directory', { mode: 0o755, uid: 0, gid: 0, size: 0 }, 0));
  }

  /** Takes in an entry, and gives the number of its file where it has content, with the path as the archive says it. */
  add(entry: TarEntry, ordinal: number): { readonly inode: number; readonly path: string } | undefined {
    const cleaned = cleanPath(decodeName(entry.path));
    const path = withinRoot(cleaned);
    const tell = (why: string) => this.#context.tell(path, why);
    this.#context.budget.entry();
    // The index that podman keeps of a layer has room for each path once (vbatts/tar-split, `ErrDuplicatePath`).
    if (!this.#seen.add(cleaned)) tell('is there twice in the same layer, which engines refuse');
    if (path === '') {
      // An entry `.` is passed over whatever it is.
      if (cleaned !== '' && entry.flag !== '5' && entry.flag !== 'g')
        tell('is the root itself, and no directory');
      return undefined;
    }
    const slash = path.lastIndexOf('/');
    const base = own(path.slice(slash + 1));
    if (nameLength(path) >= PATH_MAX || nameLength(base) > NAME_MAX) {
      tell(
        `has a name longer than the limits of the kernel, ${PATH_MAX} bytes and ${NAME_MAX} for each part`,
      );
      return undefined;
    }
    if (base.includes('\0')) {
      tell('has a name with a NUL');
      return undefined;
    }
    const isWhiteout = base.startsWith('.wh.');
    const directory = slash === -1 ? '' : path.slice(0, slash);
    let parent = this.#parentOf(directory, true);
    if (typeof parent === 'string') {
      // What is removed already has nothing below that could be removed (`ConvertReadWithHandler`), and a file may be
      // marked as opaque itself, without any effect.
      const isNothing =
        base === OPAQUE ? parent === 'file' : isWhiteout && (parent === 'file' || parent === 'ENOTDIR');
      if (!isNothing) tell(reasons[parent]);
      return undefined;
    }
    const before = parent.children.get(base);
    if (before !== undefined && !(typeof before === 'object' && entry.flag === '5')) {
      parent.children.delete(base);
      this.#parent = undefined;
      this.#hasRemoved = true;
      // The parent may have been reached by the link that was removed, as `d -> .` for `d/d`.
      parent = this.#parentOf(directory, false);
      if (typeof parent === 'string') {
        tell('takes the place of a link that leads to it');
        return undefined;
      }
    }
    if (isWhiteout) this.#whiteOut(parent, base, tell);
    else return this.#make(parent, base, entry, { ordinal, path, tell });
    return undefined;
  }

  /** Looks for the directories of the layer once more: engines set their times at its end, links followed. */
  finish(): void {
    if (!this.#hasRemoved) return;
    for (const path of this.#directories) {
      const found = walk(this.root, path, this.#walking(true));
      if (found.kind === 'failed') this.#context.tell(path, 'is a directory that the same layer removes');
    }
  }

  #whiteOut(parent: Directory, base: string, tell: (why: string) => void): void {
    this.hasWhiteouts = true;
    if (base === OPAQUE) {
      parent.isOpaque = true;
      return;
    }
    const hidden = base.slice('.wh.'.length);
    if (hidden === '' || hidden === '.' || hidden === '..' || parent.children.has(hidden))
      tell('is a whiteout of what the same layer has, which engines refuse');
    else this.#set(parent, own(hidden), WHITEOUT);
  }

  #make(
    parent: Directory,
    name: string,
    entry: TarEntry,
    { ordinal, path, tell }: { ordinal: number; path: string; tell: (why: string) => void },
  ): { readonly inode: number; readonly path: string } | undefined {
    this.#checkAttributes(entry, tell);
    if (entry.flag === 'g') return undefined;
    if (entry.flag === '1') {
      this.#link(parent, name, entry, tell);
      return undefined;
    }
    const type = types[entry.flag];
    if (type === undefined || entry.flag === '7' || entry.flag === 'S')
      tell(`is an entry of the type ${JSON.stringify(entry.flag)}, which engines refuse`);
    if (type === undefined) return undefined;
    const before = parent.children.get(name);
    if (type === 'directory') {
      this.#context.budget.name(path.length);
      this.#directories.push(path);
      if (typeof before === 'object') this.#context.inodes.change(before.inode, entry);
      const directory = typeof before === 'object' ? before : this.#directory(parent, name, entry);
      if (entry.records.get('SCHILY.xattr.trusted.overlay.opaque')?.toString() === 'y')
        directory.isOpaque = true;
      return undefined;
    }
    if (entry.flag === '3' && entry.major === 0 && entry.minor === 0) {
      // A character device 0/0 is a whiteout that was unpacked (overlayfs.rst, "whiteouts and opaque directories").
      this.hasWhiteouts = true;
      parent.children.set(name, WHITEOUT);
      return undefined;
    }
    if (type === 'symlink') {
      this.#symlink(parent, name, entry, tell);
      return undefined;
    }
    const inode = this.#inode(type, entry, ordinal);
    this.#set(parent, name, inode);
    return type === 'file' ? { inode, path } : undefined;
  }

  #symlink(parent: Directory, name: string, entry: TarEntry, tell: (why: string) => void): void {
    if (entry.link.length === 0 || entry.link.length > PATH_MAX || entry.link.includes(0)) {
      tell(`is a symbolic link to a name that is empty, has a NUL or more than ${PATH_MAX} bytes`);
      return;
    }
    const inode = this.#inode('symlink', { ...entry, mode: 0o777, size: entry.link.length }, 0);
    this.#context.inodes.links.set(inode, decodeName(entry.link));
    this.#context.budget.name(entry.link.length);
    this.#set(parent, name, inode);
  }

  /** Makes another name of a file, which may be a symbolic link itself; owner and mode are the entry's from now on. */
  #link(parent: Directory, name: string, entry: TarEntry, tell: (why: string) => void): void {
    const target = withinRoot(cleanPath(decodeName(entry.link)));
    const { inodes, lower } = this.#context;
    const options = this.#walking(false);
    const here = walk(this.root, target, options);
    if (here.kind === 'found') {
      if (typeof here.node === 'object') {
        tell('is a hard link to a directory, which engines refuse');
        return;
      }
      this.#set(parent, name, here.node);
      if (here.node === WHITEOUT) return;
      // The mode is set where the link's target, which is not cleaned for this, is no link (`handleLChmod`).
      const raw = walk(this.root, decodeName(entry.link), options);
      const isLink = raw.kind === 'failed' || (typeof raw.node === 'number' && inodes.links.has(raw.node));
      const { uid, gid } = entry;
      const before = inodes.attributes(here.node);
      const isSame = before.uid === uid && before.gid === gid;
      inodes.change(here.node, {
        uid,
        gid,
        mode: !isLink ? entry.mode : isSame ? before.mode : withoutIds(before.mode),
      });
      return;
    }
    const below = walk(lower, target, options);
    if (below.kind === 'found' && typeof below.node === 'number') {
      this.#set(parent, name, below.node);
      // bootc takes the objects of all layers into its repository before it looks at the links.
      if (!target.startsWith('sysroot/ostree/repo/objects/'))
        tell('is a hard link to a file of a lower layer, which engines refuse');
      return;
    }
    tell('is a hard link to a file that is not there');
  }

  #checkAttributes({ records }: TarEntry, tell: (why: string) => void): void {
    for (const key of records.keys()) {
      if (overlayAttributes.test(key))
        tell(
          `has the attribute ${key.slice('SCHILY.xattr.'.length)}, by which an overlay hides or replaces what is below`,
        );
    }
  }

  /** The directory that an entry lies in, made where it is not there; the reason, where that is impossible. */
  #parentOf(path: string, isMade: boolean): Directory | keyof typeof reasons {
    if (this.#parent?.path === path) return this.#parent.directory;
    const found = walk(this.root, path, {
      ...this.#walking(true),
      ...(isMade ? { make: (parent, name) => this.#implied(parent, own(name)) } : {}),
    });
    if (found.kind === 'failed') return found.why;
    if (typeof found.node !== 'object') return 'file';
    this.#parent = { path: own(path), directory: found.node };
    return found.node;
  }

  #walking(follow: boolean): WalkOptions {
    const { inodes, budget } = this.#context;
    return { links: inodes.links, spend: (parts) => budget.parts(parts), follow };
  }

  #implied(parent: Directory, name: string): Directory {
    this.#context.budget.entry();
    return this.#directory(parent, name, { mode: 0o755, uid: 0, gid: 0 });
  }

  #directory(
    parent: Directory,
    name: string,
    attributes: { mode: number; uid: number; gid: number },
  ): Directory {
    const inode = this.#inode('directory', { ...attributes, size: 0 }, 0);
    const length = parent.length + 1 + nameLength(name);
    this.#context.budget.depth(length);
    const directory: Directory = { inode, name, parent, children: new Map(), length, isOpaque: false };
    this.#set(parent, name, directory);
    return directory;
  }

  #set(parent: Directory, name: string, node: Node): void {
    this.#context.budget.name(name.length);
    parent.children.set(name, node);
  }

  #inode(
    type: EntryType,
    attributes: { mode: number; uid: number; gid: number; size: number },
    ordinal: number,
  ): number {
    const { mode, uid, gid, size } = attributes;
    return this.#context.inodes.add({ type, mode, uid, gid, size }, { layer: this.#context.layer, ordinal });
  }
}

/** The mode that a file has after a change of its owner (chown(2)). */
function withoutIds(mode: number): number {
  return mode & ~(mode & 0o010 ? 0o6000 : 0o4000);
}

const OPAQUE = '.wh..wh..opq';

const reasons = {
  ENOENT: 'lies in a directory that is a link to nothing',
  file: 'lies below something that is no directory in the same layer',
  ENOTDIR: 'lies below something that is no directory in the same layer',
  ELOOP: 'lies below links that lead in a circle',
} as const;
