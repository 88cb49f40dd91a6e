import { type Contents, HEAD, type Kept, type Want } from './contents.ts';
import { Tree } from './tree.ts';

export interface Absent {
  readonly kind: 'absent';
}

/** A file that is there but was not read: too large, links in a circle, no regular file, not asked for. */
export interface Unreadable {
  readonly kind: 'unreadable';
  /** The path as it was asked for. */
  readonly path: string;
  readonly why: string;
}

/**
 * The result of reading a file. It is one of three, and none of them is a string, so that `?? ''` cannot be written.
 */
export type FileRead =
  /** The path is the real one, links followed. */
  { readonly kind: 'content'; readonly path: string; readonly bytes: Buffer } | Absent | Unreadable;

export type FileSpool =
  | { readonly kind: 'spooled'; readonly path: string; readonly file: string; readonly size: number }
  | Absent
  | Unreadable;

/** The root file system that layers make, with the content of the files that were asked for. */
export class Rootfs extends Tree implements AsyncDisposable {
  readonly #contents: Contents;

  constructor(contents: Contents, ...tree: ConstructorParameters<typeof Tree>) {
    super(...tree);
    this.#contents = contents;
  }

  /** The content of a file, links followed. */
  read(path: string): FileRead {
    const kept = this.#kept(path, ['content']);
    if (!('kept' in kept)) return kept;
    return kept.kept.want === 'content'
      ? { kind: 'content', path: kept.path, bytes: kept.kept.bytes }
      : notAskedFor(path);
  }

  /** The first 4 KiB of a file, links followed. */
  head(path: string): FileRead {
    const kept = this.#kept(path, ['content', 'head']);
    if (!('kept' in kept)) return kept;
    return kept.kept.want === 'content' || kept.kept.want === 'head'
      ? { kind: 'content', path: kept.path, bytes: kept.kept.bytes.subarray(0, HEAD) }
      : notAskedFor(path);
  }

  /** The temporary file that has a file's content, links followed; it is removed with this object. */
  spooled(path: string): FileSpool {
    const kept = this.#kept(path, ['spool']);
    if (!('kept' in kept)) return kept;
    return kept.kept.want === 'spool'
      ? { kind: 'spooled', path: kept.path, file: kept.kept.file, size: kept.kept.size }
      : notAskedFor(path);
  }

  /** Removes what was written to temporary files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#contents[Symbol.asyncDispose]();
  }

  #kept(
    path: string,
    wants: readonly Want[],
  ): { readonly path: string; readonly kept: Kept } | Absent | Unreadable {
    const resolved = this.locate(path);
    if (resolved.kind === 'absent') return resolved;
    if (resolved.kind === 'unreachable') return { kind: 'unreadable', path, why: resolved.why };
    if (resolved.kind === 'directory') return { kind: 'unreadable', path, why: 'it is a directory' };
    if (resolved.type !== 'file') return { kind: 'unreadable', path, why: `it is a ${resolved.type}` };
    const kept = this.#contents.get(resolved.inode);
    if (kept?.want === 'refused') return { kind: 'unreadable', path, why: kept.why };
    if (!kept || !wants.some((want) => want === kept.want)) return notAskedFor(path);
    return { path: resolved.path, kept };
  }
}

function notAskedFor(path: string): Unreadable {
  return { kind: 'unreadable', path, why: 'it was not asked for' };
}
