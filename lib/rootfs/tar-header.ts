import { InvalidLayerError } from './errors.ts';

/** A header block as it stands, before extended headers say otherwise. */
export interface TarHeader {
  /** ustar and what star and pax make of it, GNU's, or the one of Unix version 7. */
  readonly format: 'ustar' | 'star' | 'gnu' | 'v7';
  readonly flag: string;
  readonly path: Buffer;
  readonly link: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
}

export const BLOCK = 512;
const nothing = Buffer.alloc(0);

/**
 * Reads a header as Go's archive/tar does (reader.go, `readHeader`), which podman, buildah, skopeo and umoci read
 * layers with: every number is checked, those that nobody asks for too.
 *
 * @throws {InvalidLayerError}
 */
export function parseHeader(block: Buffer): TarHeader {
  checkSum(block);
  const format = formatOf(block);
  const mtime = number(block, 136, 12);
  const isOld = format === 'v7';
  const name = field(block, 0, 100);
  const prefix = prefixOf(block, format);
  return {
    format,
    flag: String.fromCharCode(block[156] ?? 0),
    path: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]),
    link: field(block, 157, 100),
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8) >>> 0,
    gid: number(block, 116, 8) >>> 0,
    size: number(block, 124, 12),
    mtime,
    major: isOld ? 0 : number(block, 329, 8),
    minor: isOld ? 0 : number(block, 337, 8),
  };
}

/** The sum of a block's bytes, its own field taken for spaces; Sun's tar added signed bytes. */
function checkSum(block: Buffer): void {
  let unsigned = 8 * 0x20;
  let negative = 0;
  for (let index = 0; index < BLOCK; index++) {
    if (index >= 148 && index < 156) continue;
    const byte = block[index] ?? 0;
    unsigned += byte;
    if (byte > 127) negative += 256;
  }
  const sum = octal(block, 148, 8);
  if (sum !== unsigned && sum !== unsigned - negative)
    throw new InvalidLayerError('no tar archive: the checksum of a header is wrong');
}

function formatOf(block: Buffer): TarHeader['format'] {
  const magic = block.toString('latin1', 257, 265);
  if (magic === 'ustar  \0') return 'gnu';
  if (!magic.startsWith('ustar\0')) return 'v7';
  return block.toString('latin1', 508, 512) === 'tar\0' ? 'star' : 'ustar';
}

/** The first part of a long name. GNU has times in its place, which old versions of Go overwrote with a name. */
function prefixOf(block: Buffer, format: TarHeader['format']): Buffer {
  if (format === 'ustar') return field(block, 345, 155);
  if (format === 'v7') return nothing;
  if (format === 'star') {
    number(block, 476, 12);
    number(block, 488, 12);
    return field(block, 345, 131);
  }
  try {
    for (const start of [345, 357]) if (block[start] !== 0) number(block, start, 12);
    return nothing;
  } catch {
    const prefix = field(block, 345, 155);
    return prefix.every((byte) => byte < 0x80) ? prefix : nothing;
  }
}

/** A string that ends with the field, or with a NUL in it. */
function field(block: Buffer, start: number, length: number): Buffer {
  const bytes = block.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

/** Octal digits, or where the first bit is set a binary number in two's complement (GNU). */
export function number(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) === 0) return octal(block, start, length);
  let value = first & 0x40 ? -1n : 0n;
  for (let index = 0; index < length; index++) {
    const byte = block[start + index] ?? 0;
    value = (value << 8n) | BigInt(index === 0 ? (first & 0x40 ? byte | 0x80 : byte & 0x7f) : byte);
  }
  return safe(value);
}

function octal(block: Buffer, start: number, length: number): number {
  let from = start;
  let to = start + length;
  while (from < to && isPadding(block[from])) from += 1;
  while (to > from && isPadding(block[to - 1])) to -= 1;
  let value = 0;
  for (let index = from; index < to; index++) {
    const byte = block[index] ?? 0;
    if (byte === 0) break;
    if (byte < 0x30 || byte > 0x37)
      throw new InvalidLayerError('no tar archive: a number of a header is not octal');
    value = value * 8 + byte - 0x30;
  }
  return value;
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0 || byte === 0x20;
}

/** A number that can be counted with; no stream has a larger one. */
export function safe(value: bigint): number {
  if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER)
    throw new InvalidLayerError('no tar archive: a number of a header is out of range');
  return Number(value);
}
