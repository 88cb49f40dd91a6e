import { isUtf8 } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readTar, type TarEntry } from './read-tar.ts';

export type EntryType = 'file' | 'directory' | 'symlink' | 'device' | 'fifo';

export interface Entry {
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Target of a symbolic link. */
  readonly link?: string;
  /** Its name, and where it points, are UTF-8. */
  readonly isUtf8: boolean;
  /** Kept because it was asked for. */
  readonly content?: Buffer;
  /** Where its content was written, because it was asked for. */
  readonly spooled?: string;
}

export interface ReadRootfsOptions {
  /** Files whose content is kept in memory; larger ones than `limit` are not. */
  readonly keep?: (path: string) => boolean;
  /** Files whose beginning alone is kept, such as ELF headers; at most 4 KiB. */
  readonly keepHead?: (path: string) => boolean;
  /** Files whose content is written to a temporary file. */
  readonly spool?: (path: string) => boolean;
  /** Bytes of a file that is kept; 1 MiB by default. */
  readonly limit?: number;
}

const LIMIT = 1024 * 1024;
const HEAD = 4096;
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

/** The root file system that layers make, by path without a leading slash; symbolic links are not followed. */
export class Rootfs implements AsyncDisposable {
  readonly #entries: Map<string, Entry>;
  readonly #scratch: string | undefined;

  constructor(entries: Map<string, Entry>, scratch?: string) {
    this.#entries = entries;
    this.#scratch = scratch;
  }

  get paths(): IterableIterator<string> {
    return this.#entries.keys();
  }

  get(path: string): Entry | undefined {
    return this.#entries.get(path);
  }

  /** Names in a directory, sorted. */
  list(directory: string): string[] {
    const prefix = directory === '' ? '' : `${directory}/`;
    const names = new Set<string>();
    for (const path of this.#entries.keys()) {
      if (path.startsWith(prefix) && path.length > prefix.length)
        names.add(path.slice(prefix.length).split('/')[0] ?? '');
    }
    return [...names].sort();
  }

  /** Paths below a directory, at any depth, sorted. */
  below(directory: string): string[] {
    return [...this.#entries.keys()].filter((path) => path.startsWith(`${directory}/`)).sort();
  }

  /** The path that a path stands for once symbolic links are followed, all within the root; undefined if none. */
  resolve(path: string): string | undefined {
    let left = path.split('/').filter((part) => part !== '');
    let at = '';
    for (let links = 0; left.length > 0; ) {
      const [part = '', ...rest] = left;
      if (part === '..') at = posix.dirname(at) === '.' ? '' : posix.dirname(at);
      const next = part === '..' || part === '.' ? at : at === '' ? part : `${at}/${part}`;
      const entry = this.#entries.get(next);
      left = rest;
      if (entry?.type === 'symlink') {
        links += 1;
        // As many as the kernel follows (path_resolution(7)).
        if (links > 40) return undefined;
        const target = entry.link ?? '';
        if (target.startsWith('/')) at = '';
        left = [...target.split('/').filter((piece) => piece !== ''), ...rest];
        continue;
      }
      at = next;
    }
    return at === '' || this.#entries.has(at) ? at : undefined;
  }

  /** Content of a file that was kept, symbolic links followed. */
  text(path: string): string | undefined {
    const real = this.resolve(path);
    return real === undefined ? undefined : this.#entries.get(real)?.content?.toString('utf8');
  }

  /** Removes what was written to temporary files. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#scratch !== undefined) await rm(this.#scratch, { recursive: true, force: true });
  }
}

/**
 * Reads the layers of an image (uncompressed, the lowest first) into the root file system that they make: later
 * entries replace earlier ones, whiteouts remove them (image-spec v1.1.1, "Image Layer Filesystem Changeset").
 * Nothing is unpacked, nothing is executed, and but for the index only what is asked for is kept.
 */
export async function readRootfs(
  layers: readonly AsyncIterable<Uint8Array>[],
  options: ReadRootfsOptions = {},
): Promise<Rootfs> {
  const entries = new Map<string, Entry>();
  const scratch = options.spool ? await mkdtemp(join(tmpdir(), 'rootfs-')) : undefined;
  try {
    for (const layer of layers) await applyLayer(entries, layer, options, scratch);
  } catch (error) {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
    throw error;
  }
  return new Rootfs(entries, scratch);
}

async function applyLayer(
  entries: Map<string, Entry>,
  layer: AsyncIterable<Uint8Array>,
  options: ReadRootfsOptions,
  scratch: string | undefined,
): Promise<void> {
  // A whiteout hides what lower layers have, never what its own layer has.
  const fresh = new Set<string>();
  for await (const entry of readTar(layer)) {
    const path = normalize(entry.path.toString('utf8'));
    if (path === '') continue;
    const name = posix.basename(path);
    const parent = posix.dirname(path) === '.' ? '' : posix.dirname(path);
    if (name === '.wh..wh..opq') {
      removeBelow(entries, parent, fresh);
    } else if (name.startsWith('.wh.')) {
      const hidden = parent === '' ? name.slice(4) : `${parent}/${name.slice(4)}`;
      if (!fresh.has(hidden)) entries.delete(hidden);
      removeBelow(entries, hidden, fresh);
    } else {
      const made = await makeEntry(entries, entry, path, options, scratch);
      if (!made) continue;
      const replaced = entries.get(path)?.type === 'directory' && made.type !== 'directory';
      if (replaced) removeBelow(entries, path, fresh);
      addParents(entries, parent);
      entries.set(path, made);
      fresh.add(path);
    }
  }
}

async function makeEntry(
  entries: ReadonlyMap<string, Entry>,
  tar: TarEntry,
  path: string,
  options: ReadRootfsOptions,
  scratch: string | undefined,
): Promise<Entry | undefined> {
  const { mode, uid, gid, size } = tar;
  const names = isUtf8(tar.path) && isUtf8(tar.link);
  if (tar.flag === '1') {
    // The same file under another name, from this layer or a lower one, as ostree's images are made of.
    const target = entries.get(normalize(tar.link.toString('utf8')));
    return target && { ...target, isUtf8: names };
  }
  const type = types[tar.flag];
  if (!type) return undefined;
  const base = { type, mode, uid, gid, size, isUtf8: names };
  if (type === 'symlink') return { ...base, link: tar.link.toString('utf8') };
  if (type !== 'file') return base;
  if (scratch !== undefined && options.spool?.(path)) {
    const spooled = join(scratch, `${path.replaceAll('/', '_')}.${Math.random().toString(36).slice(2)}`);
    await pipeline(Readable.from(tar.content, { objectMode: false }), createWriteStream(spooled));
    return { ...base, spooled };
  }
  if (options.keep?.(path) && size <= (options.limit ?? LIMIT)) {
    const parts: Uint8Array[] = [];
    for await (const part of tar.content) parts.push(part);
    return { ...base, content: Buffer.concat(parts) };
  }
  if (options.keepHead?.(path)) return { ...base, content: await head(tar.content) };
  return base;
}

async function head(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of content) {
    if (length < HEAD) parts.push(Buffer.from(part.subarray(0, HEAD - length)));
    length += part.length;
  }
  return Buffer.concat(parts);
}

/** Parents that no layer names are there all the same, with the mode that engines give them. */
function addParents(entries: Map<string, Entry>, directory: string): void {
  if (directory === '' || entries.has(directory)) return;
  addParents(entries, posix.dirname(directory) === '.' ? '' : posix.dirname(directory));
  entries.set(directory, { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, isUtf8: true });
}

function removeBelow(entries: Map<string, Entry>, directory: string, fresh: ReadonlySet<string>): void {
  const prefix = directory === '' ? '' : `${directory}/`;
  for (const path of entries.keys()) {
    if (path.startsWith(prefix) && path !== directory && !fresh.has(path)) entries.delete(path);
  }
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
