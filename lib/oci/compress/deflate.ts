import { createMatcher } from './match.ts';

/** The most bytes that a stored block can hold (RFC 1951, section 3.2.4). */
const MAX_STORED = 65_535;

/**
 * Compresses to the same deflate stream (RFC 1951) on every machine; zlib's output changes with its version, its build
 * and the processor. It uses fixed codes only, so the output is a little larger than zlib's, which does not matter for
 * layers of text.
 */
export function deflate(bytes: Uint8Array): Uint8Array {
  const packed = compress(bytes);
  return packed.length < bytes.length ? packed : store(bytes);
}

function compress(bytes: Uint8Array): Uint8Array {
  const output = createBits(bytes.length);
  output.write(0b011, 3); // the last block, with fixed codes
  const matcher = createMatcher(bytes);
  for (let at = 0; at < bytes.length; ) {
    const length = matcher.find(at);
    if (length === 0) {
      writeSymbol(output, bytes[at] as number);
      at += 1;
      continue;
    }
    writeLength(output, length);
    writeDistance(output, matcher.distance());
    at += length;
  }
  writeSymbol(output, 256);
  return output.finish();
}

function store(bytes: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += MAX_STORED) {
    const piece = bytes.subarray(at, at + MAX_STORED);
    const header = Buffer.alloc(5);
    header[0] = at + MAX_STORED >= bytes.length ? 1 : 0;
    header.writeUInt16LE(piece.length, 1);
    header.writeUInt16LE(~piece.length & 0xffff, 3);
    blocks.push(header, piece);
  }
  return Buffer.concat(blocks);
}

interface Bits {
  /** Writes the lowest `count` bits of the value, the lowest of them first. */
  write(value: number, count: number): void;
  finish(): Uint8Array;
}

function createBits(sizeHint: number): Bits {
  let bytes = new Uint8Array(Math.max(64, sizeHint));
  let size = 0;
  let pending = 0;
  let count = 0;
  const push = (byte: number) => {
    if (size === bytes.length) {
      const larger = new Uint8Array(2 * size);
      larger.set(bytes);
      bytes = larger;
    }
    bytes[size++] = byte;
  };
  return {
    write(value, bits) {
      pending |= value << count;
      count += bits;
      while (count >= 8) {
        push(pending & 0xff);
        pending >>>= 8;
        count -= 8;
      }
    },
    finish() {
      if (count > 0) push(pending & 0xff);
      return bytes.subarray(0, size);
    },
  };
}

/** RFC 1951, section 3.2.6: first symbol, first code and length of each run; codes go out with their highest bit first. */
const RUNS = [
  [0, 0x30, 8],
  [144, 0x190, 9],
  [256, 0, 7],
  [280, 0xc0, 8],
] as const;
const LENGTHS = new Uint8Array(288);
const CODES = Uint16Array.from({ length: 288 }, (_, symbol) => {
  const [first, code, length] = RUNS.findLast(([start]) => symbol >= start) ?? RUNS[0];
  LENGTHS[symbol] = length;
  return reverse(code + symbol - first, length);
});
const DISTANCE_CODES = Uint8Array.from({ length: 30 }, (_, code) => reverse(code, 5));

function writeSymbol(output: Bits, symbol: number): void {
  output.write(CODES[symbol] as number, LENGTHS[symbol] as number);
}

/** RFC 1951, section 3.2.5: four codes for each power of two, the rest as extra bits; 258 has a code of its own. */
function writeLength(output: Bits, length: number): void {
  if (length === 258) {
    writeSymbol(output, 285);
    return;
  }
  const { code, extra, rest } = split(length - 3, 4);
  writeSymbol(output, 257 + code);
  output.write(rest, extra);
}

/** Writes a distance in the same way, with two codes for each power of two. */
function writeDistance(output: Bits, distance: number): void {
  const { code, extra, rest } = split(distance - 1, 2);
  output.write(DISTANCE_CODES[code] as number, 5);
  output.write(rest, extra);
}

function split(value: number, codesEach: 2 | 4): { code: number; extra: number; rest: number } {
  const bits = codesEach === 4 ? 2 : 1;
  if (value < 2 * codesEach) return { code: value, extra: 0, rest: 0 };
  const extra = 31 - Math.clz32(value) - bits;
  const code = codesEach * (extra + 1) + ((value >> extra) & (codesEach - 1));
  return { code, extra, rest: value & ((1 << extra) - 1) };
}

function reverse(value: number, count: number): number {
  let result = 0;
  for (let bit = 0; bit < count; bit++) result |= ((value >> bit) & 1) << (count - 1 - bit);
  return result;
}
