import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, digestOf, type Layer, mediaTypeOf } from '#lib/oci';
import { type TarItem, tarOf } from './tar-writer.ts';

/** A table of contents as JSON has it (containers/storage, pkg/chunked/internal/minimal). */
export interface Table {
  readonly version: number;
  readonly entries: readonly Readonly<Record<string, unknown>>[];
}

const types: Readonly<Record<string, string>> = { '0': 'reg', '1': 'hardlink', '2': 'symlink', '5': 'dir' };

/** The table that goes with an archive of files, directories and links. */
export function tableOf(items: readonly TarItem[]): Table {
  return {
    version: 1,
    entries: items.map(({ path, flag = '0', link, content, mode = 0o644, uid = 0, gid = 0 }) => {
      const bytes = Buffer.from((content ?? '') as string);
      return {
        type: types[flag] ?? flag,
        name: String(path),
        ...(link === undefined ? {} : { linkName: String(link) }),
        mode,
        uid,
        gid,
        modtime: '2023-11-14T22:13:20Z',
        ...(bytes.length === 0 ? {} : { size: bytes.length, digest: digestOf(bytes) }),
      };
    }),
  };
}

/** A layer in zstd:chunked, whose table may say anything; as text, it is written as it is. */
export function chunkedLayer(items: readonly TarItem[], table: Table | string = tableOf(items)): Layer {
  const tar = tarOf(items);
  const stream = zstdCompressSync(tar);
  const json = typeof table === 'string' ? table : JSON.stringify(table);
  const compressed = zstdCompressSync(json);
  const frame = Buffer.alloc(8);
  frame.writeUInt32LE(0x184d2a50);
  frame.writeUInt32LE(compressed.length, 4);
  const content = Buffer.concat([stream, frame, compressed]);
  const prefix = 'io.github.containers.zstd-chunked.';
  return {
    descriptor: {
      ...describe(mediaTypeOf('layer', 'oci', 'zstd'), content),
      annotations: {
        [`${prefix}manifest-checksum`]: digestOf(compressed),
        [`${prefix}manifest-position`]: `${stream.length + 8}:${compressed.length}:${json.length}:1`,
      },
    },
    diffId: digestOf(tar),
    content,
  };
}

/** A layer in estargz (containerd/stargz-snapshotter, docs/estargz.md), whose table is its last entry. */
export function estargzLayer(items: readonly TarItem[], table: Table = tableOf(items)): Layer {
  const json = JSON.stringify(table);
  const tar = tarOf([...items, { path: 'stargz.index.json', content: json }]);
  const content = gzipSync(tar);
  return {
    descriptor: {
      ...describe(mediaTypeOf('layer', 'oci', 'gzip'), content),
      annotations: { 'containerd.io/snapshot/stargz/toc.digest': digestOf(Buffer.from(json)) },
    },
    diffId: digestOf(tar),
    content,
  };
}
