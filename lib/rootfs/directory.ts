import { LINKS_MAX } from './limits.ts';

/** What a name stands for: a directory, or the number of anything else. */
export type Node = number | Directory;

/** No file but the absence of one: what lower layers have of this name is hidden. */
export const WHITEOUT = -1;

export interface Directory {
  inode: number;
  readonly name: string;
  /** The root is its own parent, so that `..` stays in it. */
  parent: Directory;
  readonly children: Map<string, Node>;
  /** Bytes of its path. */
  readonly length: number;
  /** Whether all that lower layers have below it is hidden. */
  isOpaque: boolean;
}

export function makeRoot(inode: number): Directory {
  const root: Omit<Directory, 'parent'> & { parent?: Directory } = {
    inode,
    name: '',
    children: new Map(),
    length: 0,
    isOpaque: false,
  };
  return Object.assign(root, { parent: root as Directory });
}

export type Found =
  | { readonly kind: 'found'; readonly parent: Directory; readonly name: string; readonly node: Node }
  /** `why` is the kernel's error: nothing there, a file on the way, links without end. */
  | { readonly kind: 'failed'; readonly why: 'ENOENT' | 'ENOTDIR' | 'ELOOP' };

export interface WalkOptions {
  readonly links: ReadonlyMap<number, string>;
  /** Counts the parts that are looked up: links can make them many thousands for a single path. */
  readonly spend: (parts: number) => void;
  /** Whether a link at the end of the path is followed, as well as those on the way. */
  readonly follow: boolean;
  /** Makes a directory that is not there, on the path itself and not where a link leads. */
  readonly make?: (parent: Directory, name: string) => Directory;
}

/** Follows a path as the kernel does within a root (path_resolution(7)): absolute links and `..` stay in it. */
export function walk(root: Directory, path: string, { links, spend, follow, make }: WalkOptions): Found {
  // The next part stands last, so that taking it costs nothing, however many there are.
  const left = parts(path);
  spend(left.length);
  let at: Directory = root;
  let name = '';
  let own = left.length;
  for (let followed = 0; ; ) {
    const part = left.pop();
    const isOwn = left.length < own;
    if (isOwn) own = left.length;
    if (part === undefined) return { kind: 'found', parent: at.parent, name, node: at };
    if (part === '.') continue;
    name = part;
    if (part === '..') {
      at = at.parent;
      continue;
    }
    const node = at.children.get(part) ?? (isOwn ? make?.(at, part) : undefined);
    if (node === undefined) return { kind: 'failed', why: 'ENOENT' };
    if (typeof node === 'object') {
      at = node;
      continue;
    }
    const isLast = left.length === 0;
    const target = links.get(node);
    if (target === undefined || (isLast && !follow)) {
      return isLast ? { kind: 'found', parent: at, name, node } : { kind: 'failed', why: 'ENOTDIR' };
    }
    followed += 1;
    if (followed > LINKS_MAX) return { kind: 'failed', why: 'ELOOP' };
    if (target.startsWith('/')) at = root;
    const pieces = parts(target);
    spend(pieces.length);
    for (const piece of pieces) left.push(piece);
  }
}

/** Parts of a path, the last first; a slash at the end asks for a directory, as a dot there does. */
function parts(path: string): string[] {
  const list = path.split('/').filter((part) => part !== '' && part !== '.');
  if (/\/\.?$/.test(path)) list.push('.');
  return list.reverse();
}
