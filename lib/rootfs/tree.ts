import type { Budget } from './budget.ts';
import { type Directory, type Found, type Node, walk } from './directory.ts';
import type { EntryType, Inodes } from './inodes.ts';
import { PATH_MAX } from './limits.ts';
import { nameLength } from './names.ts';

export interface Entry {
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Target of a symbolic link. */
  readonly link?: string;
  /** Whether its name, and where it points, are UTF-8. */
  readonly isUtf8: boolean;
}

/**
 * Something that was not understood: an engine refuses it, or readers differ on it. Both texts may be printed as they
 * are.
 */
export interface Unread {
  readonly where: string;
  readonly why: string;
}

/** Where a path leads, links followed. */
export type Resolved =
  | { readonly kind: 'file'; readonly path: string; readonly inode: number; readonly type: EntryType }
  | { readonly kind: 'directory'; readonly path: string; readonly directory: Directory }
  | { readonly kind: 'absent' }
  /** Links lead in a circle, or the path is longer than any program may give. */
  | { readonly kind: 'unreachable'; readonly why: string };

/** The names of a root file system, and what they stand for. Paths are without a leading slash; the root is ''. */
export class Tree {
  readonly unread: readonly Unread[];
  readonly #root: Directory;
  readonly #inodes: Inodes;
  readonly #budget: Pick<Budget, 'parts'>;

  constructor(root: Directory, inodes: Inodes, unread: readonly Unread[], budget: Pick<Budget, 'parts'>) {
    this.#root = root;
    this.#inodes = inodes;
    this.unread = unread;
    this.#budget = budget;
  }

  /** Every path, a directory before what is in it. */
  get paths(): IteratorObject<string> {
    return walkBelow(this.#root, '');
  }

  /** What a path is: links on the way are followed, one at its end is not (lstat). */
  get(path: string): Entry | undefined {
    const found = this.#walk(path, false);
    return found.kind === 'found' ? this.#entry(found.name, found.node) : undefined;
  }

  /** What a path leads to, links followed (stat). */
  stat(path: string): Entry | undefined {
    const found = this.#walk(path, true);
    return found.kind === 'found' ? this.#entry(found.name, found.node) : undefined;
  }

  /** The path that a path stands for once links are followed, all within the root; undefined if none (realpath). */
  resolve(path: string): string | undefined {
    const resolved = this.locate(path);
    return resolved.kind === 'file' || resolved.kind === 'directory' ? resolved.path : undefined;
  }

  /** Where a path leads, links followed; if nowhere, why. */
  locate(path: string): Resolved {
    if (nameLength(path) > PATH_MAX)
      return { kind: 'unreachable', why: `its path has more than ${PATH_MAX} bytes, the limit` };
    const found = this.#walk(path, true);
    if (found.kind === 'failed')
      return found.why === 'ELOOP'
        ? { kind: 'unreachable', why: 'links lead in a circle' }
        : { kind: 'absent' };
    const { node } = found;
    if (typeof node === 'object') return { kind: 'directory', path: pathOf(node), directory: node };
    const parent = pathOf(found.parent);
    const real = parent === '' ? found.name : `${parent}/${found.name}`;
    return { kind: 'file', path: real, inode: node, type: this.#inodes.type(node) };
  }

  /** Names in a directory, sorted; links to it are followed. None where there is no directory. */
  list(directory: string): string[] {
    const resolved = this.locate(directory);
    return resolved.kind === 'directory' ? sortedNames(resolved.directory) : [];
  }

  /** Paths below a directory, at any depth, sorted directory by directory; links to it are followed, none below it. */
  below(directory: string): IteratorObject<string> {
    const resolved = this.locate(directory);
    if (resolved.kind !== 'directory') return Iterator.from([]);
    return walkBelow(resolved.directory, directory.replace(/\/+$/, ''));
  }

  /** Paths whose name, or the target of whose link, is not UTF-8. */
  *notUtf8(): Generator<string, undefined, undefined> {
    const isAnyLink = this.#inodes.links.values().some((link) => !link.isWellFormed());
    for (const path of this.paths) {
      const isName = path.slice(path.lastIndexOf('/') + 1).isWellFormed();
      // Links are few, so a million names are not decoded for their sake.
      if (!isName || (isAnyLink && this.get(path)?.isUtf8 === false)) yield path;
    }
  }

  /** Bytes of a file, known by its number. */
  size(inode: number): number {
    return this.#inodes.attributes(inode).size;
  }

  #walk(path: string, follow: boolean): Found {
    return walk(this.#root, path, {
      links: this.#inodes.links,
      spend: (parts) => this.#budget.parts(parts),
      follow,
    });
  }

  #entry(name: string, node: Node): Entry {
    const inode = typeof node === 'object' ? node.inode : node;
    const link = this.#inodes.links.get(inode);
    const isUtf8 = name.isWellFormed() && (link?.isWellFormed() ?? true);
    return { ...this.#inodes.attributes(inode), ...(link === undefined ? {} : { link }), isUtf8 };
  }
}

function pathOf(directory: Directory): string {
  const names: string[] = [];
  for (let at = directory; at.parent !== at; at = at.parent) names.push(at.name);
  return names.reverse().join('/');
}

function sortedNames(directory: Directory): string[] {
  return [...directory.children.keys()].sort();
}

function* walkBelow(start: Directory, path: string): Generator<string, undefined, undefined> {
  const left: { readonly path: string; readonly directory: Directory; readonly names: Iterator<string> }[] =
    [];
  const enter = (directory: Directory, at: string) =>
    left.push({ path: at, directory, names: sortedNames(directory).values() });
  enter(start, path);
  for (let at = left.at(-1); at; at = left.at(-1)) {
    const { done, value: name } = at.names.next();
    if (done) {
      left.pop();
      continue;
    }
    const child = at.path === '' ? name : `${at.path}/${name}`;
    yield child;
    const node = at.directory.children.get(name);
    if (typeof node === 'object') enter(node, child);
  }
}
