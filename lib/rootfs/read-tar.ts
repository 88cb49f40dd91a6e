import { createByteReader } from './byte-reader.ts';
import { InvalidLayerError } from './errors.ts';

/** One entry of a tar archive; names are bytes, which need not be UTF-8. */
export interface TarEntry {
  readonly path: Buffer;
  readonly link: Buffer;
  /** Type flag of ustar: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` directory, `6` FIFO. */
  readonly flag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** May be read once, before the next entry is asked for; what is not read is passed over. */
  readonly content: AsyncGenerator<Uint8Array, void, undefined>;
}

const BLOCK = 512;
/** Bytes of an extended header; long names and attributes fit many times over. */
const MAX_HEADER = 8 * 1024 * 1024;

interface Overrides {
  path?: Buffer;
  link?: Buffer;
  size?: number;
  uid?: number;
  gid?: number;
}

/**
 * Reads a tar archive as it comes: ustar, pax headers (POSIX.1-2017, pax "Extended Header") and GNU's long names.
 * The stream is read to its end, past the archive's own.
 *
 * @throws {InvalidLayerError}
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, undefined> {
  const reader = createByteReader(chunks);
  let overrides: Overrides = {};
  for (;;) {
    const header = await reader.take(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    checkHeader(header);
    const flag = String.fromCharCode(header[156] || 0x30);
    const size = overrides.size ?? number(header, 124, 12);
    if (flag === 'x' || flag === 'g' || flag === 'L' || flag === 'K') {
      const length = number(header, 124, 12);
      if (length > MAX_HEADER)
        throw new InvalidLayerError(`a layer has an extended header of ${length} bytes`);
      const data = await reader.take(padded(length));
      if (data.length < length) throw new InvalidLayerError('a layer ends inside an extended header');
      // A global header says nothing of single files that matters here.
      if (flag !== 'g') overrides = { ...overrides, ...extended(flag, data.subarray(0, length)) };
      continue;
    }
    const hasContent = flag === '0' || flag === '7' || flag === 'S';
    const stored = hasContent ? size : 0;
    const content = reader.stream(stored);
    yield {
      path: overrides.path ?? ustarPath(header),
      link: overrides.link ?? field(header, 157, 100),
      flag,
      mode: number(header, 100, 8) & 0o7777,
      uid: overrides.uid ?? number(header, 108, 8),
      gid: overrides.gid ?? number(header, 116, 8),
      size: stored,
      content,
    };
    for await (const _ of content);
    await reader.take(padded(stored) - stored);
    overrides = {};
  }
  await reader.drain();
}

function checkHeader(header: Buffer): void {
  if (header.length < BLOCK) throw new InvalidLayerError('a layer ends inside a header');
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte;
  if (sum !== number(header, 148, 8))
    throw new InvalidLayerError('a layer is no tar archive: the checksum of a header is wrong');
}

function ustarPath(header: Buffer): Buffer {
  const name = field(header, 0, 100);
  const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? field(header, 345, 155) : Buffer.alloc(0);
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
}

function field(header: Buffer, start: number, length: number): Buffer {
  const bytes = header.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end));
}

/** Octal digits, or where the first bit is set a binary number (GNU). */
function number(header: Buffer, start: number, length: number): number {
  const bytes = header.subarray(start, start + length);
  if (((bytes[0] ?? 0) & 0x80) !== 0) {
    let value = 0n;
    for (const [index, byte] of bytes.entries())
      value = value * 256n + BigInt(index === 0 ? byte & 0x7f : byte);
    return safe(Number(value));
  }
  const text = field(header, start, length).toString('latin1').trim();
  if (!/^[0-7]*$/.test(text))
    throw new InvalidLayerError('a layer is no tar archive: a number of a header is not octal');
  return safe(text === '' ? 0 : Number.parseInt(text, 8));
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new InvalidLayerError('a layer has a number that is too large');
  return value;
}

function extended(flag: string, data: Buffer): Overrides {
  const end = data.indexOf(0);
  const text = Buffer.from(end === -1 ? data : data.subarray(0, end));
  if (flag === 'L') return { path: text };
  if (flag === 'K') return { link: text };
  return paxOverrides(data);
}

/** Records `<length> <key>=<value>\n`, the length in decimal and of the whole record. */
function paxOverrides(data: Buffer): Overrides {
  const overrides: Overrides = {};
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const digits = data.toString('latin1', at, space);
    const length = Number(digits);
    if (space === -1 || !/^\d+$/.test(digits) || length <= space - at || at + length > data.length) {
      throw new InvalidLayerError('a layer has a pax header that cannot be read');
    }
    const record = data.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    const key = record.toString('latin1', 0, equals);
    const value = Buffer.from(record.subarray(equals + 1));
    if (key === 'path') overrides.path = value;
    if (key === 'linkpath') overrides.link = value;
    if (key === 'size' || key === 'uid' || key === 'gid')
      overrides[key] = safe(Number(value.toString('latin1')));
    at += length;
  }
  return overrides;
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
