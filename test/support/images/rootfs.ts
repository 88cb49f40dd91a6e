import { createBudget } from '../../../lib/rootfs/budget.ts';
import type { Kept } from '../../../lib/rootfs/contents.ts';
import { makeRoot } from '../../../lib/rootfs/directory.ts';
import { Inodes } from '../../../lib/rootfs/inodes.ts';
import { LayerTree } from '../../../lib/rootfs/layer-tree.ts';
import { defaultLimits } from '../../../lib/rootfs/limits.ts';
import { mergeLayer } from '../../../lib/rootfs/merge.ts';
import { Rootfs } from '../../../lib/rootfs/rootfs.ts';
import type { Unread } from '../../../lib/rootfs/tree.ts';

/** What is at a path: bytes of a file, or the target of a link, or a directory, or a file that could not be read. */
export type Planted =
  | Buffer
  | string
  | { readonly link: string }
  | { readonly directory: true }
  | { readonly hardlink: string }
  | { readonly unreadable: string };

/** A root file system without an archive, for tests of what looks at one; every file can be read in every way. */
export function rootfsOf(files: Readonly<Record<string, Planted>>, unread: readonly Unread[] = []): Rootfs {
  const inodes = new Inodes();
  const root = makeRoot(
    inodes.add({ type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 }, { layer: 0, ordinal: 0 }),
  );
  const kept = new Map<number, Kept>();
  const layer = new LayerTree({
    inodes,
    budget: createBudget(defaultLimits),
    layer: 0,
    lower: root,
    tell: (path, why) => {
      throw new Error(`${path} ${why}`);
    },
  });
  for (const [path, what] of Object.entries(files)) {
    const { flag, link, bytes } = planted(what);
    const added = layer.add(
      {
        path: bytesOf(path),
        link: bytesOf(link),
        flag,
        mode: flag === '5' ? 0o755 : 0o644,
        uid: 0,
        gid: 0,
        size: bytes.length,
        mtime: 0,
        major: 0,
        minor: 0,
        records: new Map(),
        content: nothing,
      },
      0,
    );
    if (!added) continue;
    const isRefused = typeof what === 'object' && 'unreadable' in what;
    kept.set(added.inode, isRefused ? { want: 'refused', why: what.unreadable } : { want: 'content', bytes });
  }
  mergeLayer(root, layer);
  const contents = { get: (inode: number) => kept.get(inode), [Symbol.asyncDispose]: async () => {} };
  return new Rootfs(contents, root, inodes, unread, createBudget(defaultLimits));
}

function planted(what: Planted): { flag: string; link: string; bytes: Buffer } {
  const none = { link: '', bytes: Buffer.alloc(0) };
  if (typeof what === 'string' || Buffer.isBuffer(what))
    return { ...none, flag: '0', bytes: Buffer.from(what) };
  if ('link' in what) return { ...none, flag: '2', link: what.link };
  if ('hardlink' in what) return { ...none, flag: '1', link: what.hardlink };
  return { ...none, flag: 'directory' in what ? '5' : '0' };
}

/** Halves of surrogate pairs stand for bytes that are no UTF-8, as in the reader. */
function bytesOf(name: string): Buffer {
  return Buffer.concat(
    Array.from(name, (character) =>
      character.isWellFormed() ? Buffer.from(character) : Buffer.of(character.charCodeAt(0) - 0xdc00),
    ),
  );
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
