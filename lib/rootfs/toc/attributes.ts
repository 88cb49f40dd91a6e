import { cleanPath, decodeName, withinRoot } from '../names.ts';
import type { TarEntry } from '../read-tar.ts';

/** What an engine makes of an entry, as text: two are equal where their texts are. */
export type Attributes = string;

const types: Readonly<Record<string, string>> = {
  '0': 'reg',
  '7': 'reg',
  S: 'reg',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'dir',
  '6': 'fifo',
};
const XATTR = 'SCHILY.xattr.';

interface Described {
  readonly type: string;
  readonly name: string;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly seconds: number;
  readonly size: number;
  readonly device: readonly [major: number, minor: number];
  /** Values in base64. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly digest: string;
}

/** @param digest of the content, empty where there is none */
export function attributesOfEntry(entry: TarEntry, digest: string): Attributes {
  return describe({
    type: types[entry.flag] ?? entry.flag,
    name: decodeName(entry.path),
    link: decodeName(entry.link),
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    seconds: entry.mtime,
    size: entry.size,
    device: [entry.major, entry.minor],
    attributes: [...entry.records]
      .filter(([key]) => key.startsWith(XATTR))
      .map(([key, value]) => [key.slice(XATTR.length), value.toString('base64')] as const),
    digest,
  });
}

/** Those fields of a table (containers/storage, pkg/chunked/internal/minimal, `FileMetadata`) that say nothing of the file. */
const places = ['accesstime', 'changetime', 'offset', 'endOffset', 'innerOffset', 'userName', 'groupName'];
const pieces = ['chunkSize', 'chunkOffset', 'chunkDigest', 'chunkType'];
const texts = ['type', 'name', 'linkName', 'modtime', 'digest'];
const numbers = ['mode', 'size', 'uid', 'gid', 'devMajor', 'devMinor'];
const known: ReadonlySet<string> = new Set([...places, ...pieces, ...texts, ...numbers, 'xattrs']);

/**
 * The same of an entry of a table; undefined for a piece of a file, whose content the file's digest holds. Engines read
 * keys in any case and stop at an empty one (`unmarshalToc`): so keys that are not exactly those are refused.
 *
 * @returns `{ why }` where an engine may read it otherwise
 */
export function attributesOfToc(value: unknown): Attributes | undefined | { readonly why: string } {
  if (!isRecord(value)) return { why: 'has an entry that is no object' };
  const strange = Object.keys(value).find((key) => !known.has(key));
  if (strange !== undefined) return { why: `has an entry with the unknown key ${JSON.stringify(strange)}` };
  const wrong =
    texts.find((key) => value[key] !== undefined && typeof value[key] !== 'string') ??
    numbers.find((key) => value[key] !== undefined && !Number.isSafeInteger(value[key]));
  const { xattrs = {} } = value;
  if (
    wrong !== undefined ||
    !isRecord(xattrs) ||
    Object.values(xattrs).some((one) => typeof one !== 'string')
  )
    return { why: `has an entry whose ${wrong ?? 'xattrs'} is of another type` };
  const text = (key: string) => (value[key] as string | undefined) ?? '';
  const number = (key: string) => (value[key] as number | undefined) ?? 0;
  if (text('type') === 'chunk') return undefined;
  return describe({
    type: text('type'),
    name: text('name'),
    link: text('linkName'),
    // Writers put the type of the file beside its permissions.
    mode: number('mode') <= 0o177777 ? number('mode') & 0o7777 : -1,
    uid: number('uid'),
    gid: number('gid'),
    seconds: value.modtime === undefined ? 0 : Math.floor(Date.parse(text('modtime')) / 1000),
    size: number('size'),
    device: [number('devMajor'), number('devMinor')],
    attributes: Object.entries(xattrs) as [string, string][],
    digest: text('digest'),
  });
}

function describe(entry: Described): Attributes {
  const { type, name, link, mode, uid, gid, seconds, size, device, attributes, digest } = entry;
  const isFile = type === 'reg';
  return JSON.stringify([
    withinRoot(cleanPath(name)),
    type,
    type === 'hardlink' ? withinRoot(cleanPath(link)) : type === 'symlink' ? link : '',
    mode,
    uid,
    gid,
    seconds,
    isFile ? size : 0,
    isFile && size > 0 ? digest : '',
    type === 'char' || type === 'block' ? device : [],
    [...attributes].sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
