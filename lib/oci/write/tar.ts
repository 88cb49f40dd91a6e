import { ExpectedError } from '#lib/errors';
import { quoted } from '#lib/text';
import { streamOf } from '../model/content.ts';
import type { Content } from '../model/target.ts';

interface Common {
  /** Relative, without a leading ./ */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

export type TarEntry =
  | (Common & { readonly type: 'directory' })
  | (Common & { readonly type: 'symlink'; readonly link: string })
  | (Common & { readonly type: 'file'; readonly size: number; readonly content: Content });

const BLOCK = 512;
const TYPE = { file: '0', symlink: '2', directory: '5', pax: 'x' } as const;
/** The largest file that ustar's octal size field can say. */
const MAX_USTAR_SIZE = 0o77777777777;

/**
 * A POSIX tar: ustar, with a pax header only where a name or size does not fit (POSIX.1-2017, pax, "ustar Interchange
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
    if (written !== size) throw new ExpectedError(`${entry.path} changed while it was read`);
    yield padding(size);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function* headers(entry: TarEntry, size: number): Generator<Uint8Array> {
  const path = checked(entry.path) + (entry.type === 'directory' ? '/' : '');
  const link = entry.type === 'symlink' ? entry.link : '';
  const split = splitPath(path);
  const records = [
    ...(split === undefined ? [record('path', path)] : []),
    ...(Buffer.byteLength(link) > 100 ? [record('linkpath', link)] : []),
    ...(size > MAX_USTAR_SIZE ? [record('size', String(size))] : []),
  ];
  if (records.length > 0) {
    const pax = Buffer.from(records.join(''));
    const plain = { ...entry, mode: 0o644 };
    yield header(plain, { prefix: '', name: 'PaxHeader' }, '', TYPE.pax, pax.length);
    yield pax;
    yield padding(pax.length);
  }
  const name = split ?? { prefix: '', name: cut(path) };
  yield header(entry, name, cut(link), TYPE[entry.type], Math.min(size, MAX_USTAR_SIZE));
}

function checked(path: string): string {
  const clean = path.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (clean === '' || clean.includes('\0') || clean.split('/').some((part) => part === '..' || part === '')) {
    throw new ExpectedError(`cannot pack the path ${quoted(path)}`, { kind: 'invalid' });
  }
  return clean;
}

function header(
  { mode, uid, gid, mtime }: Common,
  { prefix, name }: { readonly prefix: string; readonly name: string },
  link: string,
  type: string,
  size: number,
): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  octal(block, mode, 100, 8);
  octal(block, uid, 108, 8);
  octal(block, gid, 116, 8);
  octal(block, size, 124, 12);
  octal(block, mtime, 136, 12);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write('ustar\x0000', 257);
  octal(block, 0, 329, 8);
  octal(block, 0, 337, 8);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function octal(block: Buffer, value: number, offset: number, length: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset);
}

/** ustar's two fields: up to 155 bytes, a slash, up to 100 bytes. */
function splitPath(path: string): { readonly prefix: string; readonly name: string } | undefined {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const prefix = path.slice(0, at);
    const name = path.slice(at + 1);
    if (name !== '' && Buffer.byteLength(name) <= 100) {
      return Buffer.byteLength(prefix) <= 155 ? { prefix, name } : undefined;
    }
  }
  return undefined;
}

function cut(text: string): string {
  return Buffer.from(text).subarray(0, 100).toString('latin1');
}

/** `<length> key=value\n`, where the length counts its own digits. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (String(length).length + bytes !== length) length++;
  return `${length}${rest}`;
}

function padding(size: number): Uint8Array {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
