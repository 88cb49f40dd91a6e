import { crc32 } from 'node:zlib';
import { type BitWriter, createBitWriter } from './bit-writer.ts';
import { type Token, writeHuffmanBlock } from './huffman-block.ts';

/** The bytes that Go compresses at a time (compress/flate, maxStoreBlockSize). */
const BLOCK = 65_535;
const MAX_DISTANCE = 32_768;
const MAX_LENGTH = 258;
/** Go stops looking for matches so near the end of a block (deflatefast.go, inputMargin). */
const MARGIN = 15;
const TABLE_BITS = 14;

/**
 * The gzip file that Go's compress/gzip writes with BestSpeed, as of Go 1.7 to 1.26, which is what tkn makes layers with:
 * so a bundle has the digest that tkn would have given it.
 */
export function goGzip(bytes: Uint8Array): Uint8Array {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length >>> 0, 4);
  return Buffer.concat([header, goDeflate(bytes), trailer]);
}

function goDeflate(bytes: Uint8Array): Uint8Array {
  const output = createBitWriter();
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const table = new Int32Array(1 << TABLE_BITS).fill(-MAX_DISTANCE - 1);
  for (let start = 0; start < input.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, input.length);
    writeBlock(output, input, start, end, table);
  }
  // Go ends with an empty block.
  writeStored(output, new Uint8Array(), true);
  return output.finish();
}

/**
 * Writes a block in the form that encSpeed and the functions that it calls choose (deflate.go, huffman_bit_writer.go).
 */
function writeBlock(output: BitWriter, input: Buffer, start: number, end: number, table: Int32Array): void {
  const block = input.subarray(start, end);
  const size = block.length;
  const tokens = size < 128 ? undefined : tokensOf(input, start, end, table);
  const isWorthIt = tokens !== undefined && tokens.length <= size - (size >> 4);
  const isWritten = size > 16 && writeHuffmanBlock(output, isWorthIt ? tokens : [...block], (size + 5) * 8);
  if (!isWritten) writeStored(output, block, false);
}

function writeStored(output: BitWriter, block: Uint8Array, isLast: boolean): void {
  output.write(isLast ? 1 : 0, 3);
  output.align();
  output.write(block.length, 16);
  output.write(~block.length & 0xffff, 16);
  for (const byte of block) output.write(byte, 8);
}

/**
 * The search for matches after Go's deflatefast.go (The Go Authors, BSD-3-Clause), which has it from Snappy: it keeps
 * to the letter, since the output depends on which matches are found.
 */
function tokensOf(input: Buffer, start: number, end: number, table: Int32Array): Token[] {
  const tokens: Token[] = [];
  const limit = end - MARGIN;
  let emitted = start;
  for (let at = start; at <= limit; ) {
    const found = nextMatch(input, at, limit, table);
    if (found === undefined) break;
    at = found.at;
    for (; emitted < at; emitted++) tokens.push(input[emitted] as number);
    let from: number | undefined = found.from;
    while (from !== undefined) {
      const length = matchLength(input, from, at, Math.min(at + MAX_LENGTH, end));
      tokens.push({ length, distance: at - from });
      at += length;
      emitted = at;
      if (at >= limit) break;
      table[hash(input, at - 1)] = at - 1;
      from = lookUp(input, at, table);
    }
    if (at >= limit) break;
    at++;
  }
  for (; emitted < end; emitted++) tokens.push(input[emitted] as number);
  return tokens;
}

/** Finds the next match, in steps that grow as long as nothing is found. */
function nextMatch(
  input: Buffer,
  start: number,
  limit: number,
  table: Int32Array,
): { readonly at: number; readonly from: number } | undefined {
  let skip = 32;
  for (let at = start; ; ) {
    const step = skip >> 5;
    skip += step;
    if (at + step > limit) return undefined;
    const from = lookUp(input, at, table);
    if (from !== undefined) return { at, from };
    at += step;
  }
}

/** Returns where the four bytes were last seen, and remembers that they are here. */
function lookUp(input: Buffer, at: number, table: Int32Array): number | undefined {
  const slot = hash(input, at);
  const from = table[slot] as number;
  table[slot] = at;
  if (at - from > MAX_DISTANCE || from < 0) return undefined;
  return input.readUInt32LE(from) === input.readUInt32LE(at) ? from : undefined;
}

function hash(input: Buffer, at: number): number {
  return Math.imul(input.readUInt32LE(at), 0x1e35a7bd) >>> (32 - TABLE_BITS);
}

function matchLength(input: Buffer, from: number, at: number, end: number): number {
  let length = 4;
  while (at + length < end && input[from + length] === input[at + length]) length++;
  return length;
}
