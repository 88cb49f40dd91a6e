import { zstdCompressSync } from 'node:zlib';
import { gzip } from '../compress/gzip.ts';
import { collect } from '../model/content.ts';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { type Digest, digestOf } from '../model/digest.ts';
import { type Compression, type Format, mediaTypeOf } from '../model/media-types.ts';
import type { Content } from '../model/target.ts';
import { type TarEntry, writeTar } from './tar.ts';

/** A layer that is ready to be pushed. */
export interface Layer {
  readonly descriptor: Descriptor;
  /** The digest of the uncompressed tar. */
  readonly diffId: Digest;
  readonly content: Content;
}

/** A file by its path in the image; with neither `link` nor `directory` a plain file. */
export interface LayerFile {
  readonly path: string;
  readonly content?: Uint8Array | string;
  /** Where a symbolic link points. */
  readonly link?: string;
  readonly directory?: boolean;
  /** Permissions: 0o644 for a file and 0o755 for a folder by default. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface PackOptions {
  readonly compression?: Compression;
  readonly format?: Format;
  /** Seconds since 1970 for every file; 0 by default. */
  readonly mtime?: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Packs files into a layer in memory: sorted by path, with one time, so that the same files give the same bytes. */
export async function packLayer(files: Iterable<LayerFile>, options: PackOptions = {}): Promise<Layer> {
  const entries = [...files].map((file) => toEntry(file, options.mtime ?? 0));
  return packEntries(entries, options);
}

async function packEntries(entries: readonly TarEntry[], options: PackOptions): Promise<Layer> {
  const { compression = 'gzip', format, annotations } = options;
  const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const tar = await collect(writeTar(sorted));
  const content = compress(tar, compression);
  const descriptor = describe(mediaTypeOf('layer', format, compression), content);
  return {
    descriptor: annotations === undefined ? descriptor : { ...descriptor, annotations },
    diffId: digestOf(tar),
    content,
  };
}

function compress(tar: Uint8Array, compression: Compression): Uint8Array {
  if (compression === 'none') return tar;
  return compression === 'gzip' ? gzip(tar) : zstdCompressSync(tar);
}

function toEntry(file: LayerFile, mtime: number): TarEntry {
  const { path, content = '', link, directory, uid = 0, gid = 0 } = file;
  const owner = { path, uid, gid, mtime };
  if (directory) return { ...owner, type: 'directory', mode: file.mode ?? 0o755 };
  if (link !== undefined) return { ...owner, type: 'symlink', mode: 0o777, link };
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return { ...owner, type: 'file', mode: file.mode ?? 0o644, size: bytes.length, content: bytes };
}
