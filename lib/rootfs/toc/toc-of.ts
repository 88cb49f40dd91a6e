import { TABLE_MAX } from '../limits.ts';

/**
 * The table of contents of a layer, by which podman may unpack it in place of its stream (containers/storage,
 * pkg/chunked): it fetches what it lacks from the places in the blob that the table tells.
 */
export type Toc =
  | {
      readonly kind: 'zstd:chunked';
      /** The digest of the table as it stands in the blob, compressed. */
      readonly digest: string;
      /** Where the compressed table begins in the blob. */
      readonly offset: number;
      /** Bytes of the compressed table. */
      readonly length: number;
    }
  /** `digest` is that of the JSON in the entry `stargz.index.json`. */
  | { readonly kind: 'estargz'; readonly digest: string }
  /** One that engines refuse, or read in ways that are not known. */
  | { readonly kind: 'unknown'; readonly why: string };

/** The annotations of containers/storage, and those that it wrote until 2022 (skopeo 1.9). */
const CHUNKED = ['io.github.containers.zstd-chunked.', 'io.containers.zstd-chunked.'];
const ESTARGZ = 'containerd.io/snapshot/stargz/toc.digest';

/** What the annotations of a layer's descriptor say of its table of contents (`GetTOCDigest`, `readZstdChunkedManifest`). */
export function tocOf(annotations: Readonly<Record<string, string>> = {}): Toc | undefined {
  const found = [
    ...CHUNKED.filter((prefix) => annotations[`${prefix}manifest-checksum`] !== undefined).map((prefix) =>
      chunked(annotations, prefix),
    ),
    ...(annotations[ESTARGZ] === undefined ? [] : [estargz(annotations[ESTARGZ])]),
  ];
  if (found.length > 1) return unknown('has several tables of contents');
  return found[0];
}

function chunked(annotations: Readonly<Record<string, string>>, prefix: string): Toc {
  const digest = annotations[`${prefix}manifest-checksum`] ?? '';
  const position = annotations[`${prefix}manifest-position`] ?? '';
  const [, offset = '', length = ''] = /^(\d{1,15}):(\d{1,15}):\d{1,15}:1$/.exec(position) ?? [];
  if (!isDigest(digest) || offset === '')
    return unknown('has a table of contents of an unknown form (manifest-checksum, manifest-position)');
  if (Number(length) > TABLE_MAX)
    return unknown(`has a table of contents of ${length} bytes, more than the limit of ${TABLE_MAX}`);
  return { kind: 'zstd:chunked', digest, offset: Number(offset), length: Number(length) };
}

function estargz(digest: string): Toc {
  return isDigest(digest)
    ? { kind: 'estargz', digest }
    : unknown('has a table of contents of an unknown form (toc.digest)');
}

const unknown = (why: string): Toc => ({ kind: 'unknown', why });

const isDigest = (text: string) => /^sha256:[0-9a-f]{64}$/.test(text);
