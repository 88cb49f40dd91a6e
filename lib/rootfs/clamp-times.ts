import { createByteReader } from './byte-reader.ts';
import { InvalidLayerError } from './errors.ts';
import { type PaxRecords, parsePax } from './pax.ts';
import { padded, padding, pass, recordsOf, storedSize } from './raw-tar.ts';
import { BLOCK, number, parseHeader, type TarHeader } from './tar-header.ts';

/** The last second that the octal digits of a header can say. */
const MAX_OCTAL = 0o77777777777;
const paxTimes: ReadonlySet<string> = new Set(['atime', 'ctime', 'mtime']);

/**
 * The same tar archive with no time in it after `latest`, in seconds since 1970: what buildah's --rewrite-timestamp does
 * (image.go, makeFilteredLayerWriteCloser). All else stays byte for byte, extended attributes too.
 *
 * @throws {InvalidLayerError} for what is no tar archive, and for an old sparse file, which no builder writes
 */
export async function* clampTimes(
  chunks: AsyncIterable<Uint8Array>,
  latest: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const limit = Math.min(latest, MAX_OCTAL);
  const reader = createByteReader(chunks);
  let extended: PaxRecords = new Map();
  for (;;) {
    const block = Buffer.from(await reader.take(BLOCK));
    if (block.length === 0) return;
    if (block.length < BLOCK) throw new InvalidLayerError('a layer ends inside a header');
    if (block.every((byte) => byte === 0)) {
      yield block;
      yield* pass(reader, Number.MAX_SAFE_INTEGER);
      return;
    }
    const header = parseHeader(block);
    if (header.flag === 'S') throw new InvalidLayerError('cannot change the times of an old sparse file');
    const isClamped = clampHeader(block, header, limit);
    if (header.flag === 'x' || header.flag === 'g') {
      const data = await recordsOf(reader, header);
      if (header.flag === 'x') extended = parsePax(data);
      const clamped = clampRecords(data, limit);
      if (clamped.length !== data.length) writeOctal(block, clamped.length, 124, 12);
      if (isClamped || clamped.length !== data.length) writeSum(block);
      yield block;
      yield padded(clamped);
      continue;
    }
    if (isClamped) writeSum(block);
    yield block;
    const size = storedSize(header, extended);
    yield* pass(reader, size + padding(size), 'a layer ends inside a file');
    if (header.flag !== 'L' && header.flag !== 'K') extended = new Map();
  }
}

/** @returns whether a time was later, so that the sum of the header is no longer right */
function clampHeader(block: Buffer, { format }: TarHeader, limit: number): boolean {
  // star and GNU keep the times of access and of change where ustar has the first part of a long name.
  const others = { gnu: [345, 357], star: [476, 488], ustar: [], v7: [] }[format];
  const later = [136, ...others].filter((at) => block[at] !== 0 && number(block, at, 12) > limit);
  for (const at of later) writeOctal(block, limit, at, 12);
  return later.length > 0;
}

/** Records `<length> <key>=<value>\n`, the length in decimal and of the whole record (POSIX.1-2017, pax). */
function clampRecords(data: Buffer, limit: number): Buffer {
  parsePax(data);
  const records: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const length = Number(data.toString('latin1', at, space));
    const record = data.subarray(at, at + length);
    const equals = data.indexOf(0x3d, space);
    const key = data.toString('latin1', space + 1, equals);
    const value = data.toString('latin1', equals + 1, at + length - 1);
    const isLater = paxTimes.has(key) && Number(value) > limit;
    records.push(isLater ? paxRecord(`${key}=${limit}`) : record);
    at += length;
  }
  return Buffer.concat(records);
}

function paxRecord(text: string): Buffer {
  const rest = ` ${text}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length += 1;
  return Buffer.from(`${length}${rest}`);
}

function writeOctal(block: Buffer, value: number, at: number, length: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
}

function writeSum(block: Buffer): void {
  block.write('        ', 148, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
