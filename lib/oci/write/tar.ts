import { ExpectedError } from '#lib/errors';
import { printable, quoted } from '#lib/text';
import { streamOf } from '../model/content.ts';
import type { Content } from '../model/target.ts';

/** A name as the file system has it, which need not be UTF-8; a string is written as UTF-8. */
export type TarName = string | Uint8Array;

interface Common {
  /** Relative, without a leading ./; `.` is the root itself, which only a directory may be. */
  readonly path: TarName;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
}

export type TarEntry =
  | (Common & { readonly type: 'directory' })
  | (Common & { readonly type: 'symlink'; readonly link: TarName })
  /** Another name of a file that stands before it, whose path `link` is. */
  | (Common & { readonly type: 'link'; readonly link: TarName })
  | (Common & { readonly type: 'file'; readonly size: number; readonly content: Content });

const BLOCK = 512;
const NOTHING = Buffer.alloc(0);
const TYPE = { file: '0', link: '1', symlink: '2', directory: '5', pax: 'x' } as const;
/** The largest size and time that ustar's octal fields can say. */
const MAX_USTAR = 0o77777777777;

/**
 * A POSIX tar: ustar, with a pax header only where a name, size or time does not fit (POSIX.1-2017, pax, "ustar Interchange
 * Format"). Nothing in it depends on the machine: no names of users, no device numbers.
 *
 * @throws {ExpectedError} for a path that would leave the root of whoever unpacks it
 */
export async function* writeTar(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    const size = entry.type === 'file' ? entry.size : 0;
    yield* headers(entry, size);
    if (entry.type !== 'file') continue;
    let written = 0;
    for await (const chunk of streamOf(entry.content)) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== size)
      throw new ExpectedError(`${printable(textOf(entry.path))} changed while it was read`);
    yield padding(size);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function* headers(entry: TarEntry, size: number): Generator<Uint8Array> {
  const path = checked(entry);
  const link = entry.type === 'symlink' || entry.type === 'link' ? bytesOf(entry.link) : NOTHING;
  const { mtime } = entry;
  const hasUstarTime = mtime >= 0 && mtime <= MAX_USTAR;
  const split = splitPath(path);
  const records = [
    ...(split === undefined ? [record('path', path)] : []),
    ...(link.length > 100 ? [record('linkpath', link)] : []),
    ...(size > MAX_USTAR ? [record('size', String(size))] : []),
    ...(hasUstarTime ? [] : [record('mtime', String(mtime))]),
  ];
  const plain = { ...entry, mtime: hasUstarTime ? mtime : 0 };
  if (records.length > 0) {
    const pax = Buffer.concat(records);
    const name = { prefix: NOTHING, name: Buffer.from('PaxHeader') };
    yield header({ ...plain, mode: 0o644 }, name, NOTHING, TYPE.pax, pax.length);
    yield pax;
    yield padding(pax.length);
  }
  const name = split ?? { prefix: NOTHING, name: cut(path) };
  yield header(plain, name, cut(link), TYPE[entry.type], Math.min(size, MAX_USTAR));
}

function checked({ path, type }: TarEntry): Buffer {
  // Latin-1 has a character for each byte, so that names that are no UTF-8 stay what they are.
  const name = bytesOf(path).toString('latin1');
  const end = type === 'directory' ? '/' : '';
  if (name === '.' && type === 'directory') return Buffer.from('./');
  const clean = name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (clean === '' || clean.includes('\0') || clean.split('/').some((part) => part === '..' || part === '')) {
    throw new ExpectedError(`cannot pack the path ${quoted(textOf(path))}`, { kind: 'invalid' });
  }
  return Buffer.from(clean + end, 'latin1');
}

function bytesOf(name: TarName): Buffer {
  return Buffer.from(name);
}

function textOf(name: TarName): string {
  return bytesOf(name).toString();
}

interface UstarName {
  readonly prefix: Uint8Array;
  readonly name: Uint8Array;
}

function header(
  { mode, uid, gid, mtime }: Common,
  { prefix, name }: UstarName,
  link: Uint8Array,
  type: string,
  size: number,
): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.set(name, 0);
  octal(block, mode, 100, 8);
  octal(block, uid, 108, 8);
  octal(block, gid, 116, 8);
  octal(block, size, 124, 12);
  octal(block, mtime, 136, 12);
  block.write('        ', 148);
  block.write(type, 156);
  block.set(link, 157);
  block.write('ustar\x0000', 257);
  octal(block, 0, 329, 8);
  octal(block, 0, 337, 8);
  block.set(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function octal(block: Buffer, value: number, offset: number, length: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset);
}

/** ustar's two fields: up to 155 bytes, a slash, up to 100 bytes. */
function splitPath(path: Buffer): UstarName | undefined {
  if (path.length <= 100) return { prefix: NOTHING, name: path };
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const prefix = path.subarray(0, at);
    const name = path.subarray(at + 1);
    if (name.length > 0 && name.length <= 100) return prefix.length <= 155 ? { prefix, name } : undefined;
  }
  return undefined;
}

function cut(name: Buffer): Buffer {
  return name.subarray(0, 100);
}

/** `<length> key=value\n`, where the length counts its own digits. */
function record(key: string, value: TarName): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), bytesOf(value), Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function padding(size: number): Uint8Array {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
