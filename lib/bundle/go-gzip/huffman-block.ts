import type { BitWriter } from './bit-writer.ts';
import { type Code, huffmanCodes } from './huffman-codes.ts';

/** A byte, or a copy of what was `distance` bytes before. */
export type Token = number | { readonly length: number; readonly distance: number };

const END_OF_BLOCK = 256;
/** RFC 1951, section 3.2.7. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
const RUN_BITS: ReadonlyMap<number, number> = new Map([
  [16, 2],
  [17, 3],
  [18, 7],
]);

/**
 * Writes tokens as a block with codes of its own (RFC 1951, section 3.2.7), unless that is not at least a sixteenth
 * smaller than `storedBits`: then it writes nothing and gives false. It does what Go's writeBlockDynamic and
 * writeBlockHuff do.
 */
export function writeHuffmanBlock(output: BitWriter, tokens: readonly Token[], storedBits: number): boolean {
  const symbols = tokens.map(symbolOf);
  const literals = count(286, [...symbols.map(({ symbol }) => symbol), END_OF_BLOCK]);
  const distances = count(
    30,
    symbols.flatMap(({ distance }) => (distance === undefined ? [] : [distance.symbol])),
  );
  // A block without matches still names one distance.
  if (lastUsed(distances) === -1) distances[0] = 1;
  const [literalCodes, distanceCodes] = [huffmanCodes(literals, 15), huffmanCodes(distances, 15)];
  const lengths = [...used(literals, literalCodes), ...used(distances, distanceCodes)];
  const runs = runsOf(lengths);
  const runUses = count(
    19,
    runs.map(({ symbol }) => symbol),
  );
  const runCodes = huffmanCodes(runUses, 7);
  const named = Math.max(4, lastUsed(ORDER.map((symbol) => runUses[symbol] ?? 0)) + 1);
  const runBits = runs.reduce((sum, { symbol }) => sum + (RUN_BITS.get(symbol) ?? 0), 0);
  // Go leaves the extra bits of lengths and distances out of this sum.
  const size =
    17 +
    3 * named +
    runBits +
    bits(runUses, runCodes) +
    bits(literals, literalCodes) +
    bits(distances, distanceCodes);
  if (storedBits < size + (size >> 4)) return false;

  output.write(0b100, 3);
  output.write(used(literals, literalCodes).length - 257, 5);
  output.write(used(distances, distanceCodes).length - 1, 5);
  output.write(named - 4, 4);
  for (const symbol of ORDER.slice(0, named)) output.write(runCodes[symbol]?.length ?? 0, 3);
  for (const { symbol, rest } of runs) {
    writeCode(output, runCodes[symbol]);
    output.write(rest, RUN_BITS.get(symbol) ?? 0);
  }
  for (const { symbol, extra, rest, distance } of symbols) {
    writeCode(output, literalCodes[symbol]);
    output.write(rest, extra);
    if (distance === undefined) continue;
    writeCode(output, distanceCodes[distance.symbol]);
    output.write(distance.rest, distance.extra);
  }
  writeCode(output, literalCodes[END_OF_BLOCK]);
  return true;
}

interface Symbol {
  readonly symbol: number;
  readonly extra: number;
  readonly rest: number;
}

/** RFC 1951, section 3.2.5. */
function symbolOf(token: Token): Symbol & { readonly distance?: Symbol } {
  if (typeof token === 'number') return { symbol: token, extra: 0, rest: 0 };
  const distance = split(token.distance - 1, 1);
  if (token.length === 258) return { symbol: 285, extra: 0, rest: 0, distance };
  const { symbol, ...more } = split(token.length - 3, 2);
  return { symbol: 257 + symbol, ...more, distance };
}

/** 2^bits codes for each power of two, the rest as extra bits. */
function split(value: number, bitsEach: 1 | 2): Symbol {
  const each = 1 << bitsEach;
  if (value < 2 * each) return { symbol: value, extra: 0, rest: 0 };
  const extra = 31 - Math.clz32(value) - bitsEach;
  return {
    symbol: each * (extra + 1) + ((value >> extra) & (each - 1)),
    extra,
    rest: value & ((1 << extra) - 1),
  };
}

/** The lengths of codes with runs shortened: 16 repeats the length before it, 17 and 18 stand for zeroes. */
function runsOf(lengths: readonly number[]): readonly { readonly symbol: number; readonly rest: number }[] {
  const runs: { symbol: number; rest: number }[] = [];
  for (let at = 0; at < lengths.length; ) {
    const length = lengths[at] as number;
    let left = 1;
    while (lengths[at + left] === length) left++;
    at += left;
    if (length !== 0) {
      runs.push({ symbol: length, rest: 0 });
      left--;
    }
    const [symbol, least, most] = length === 0 ? [18, 11, 138] : [16, 3, 6];
    for (; left >= least; left -= Math.min(left, most))
      runs.push({ symbol, rest: Math.min(left, most) - least });
    if (length === 0 && left >= 3) {
      runs.push({ symbol: 17, rest: left - 3 });
      left = 0;
    }
    for (; left > 0; left--) runs.push({ symbol: length, rest: 0 });
  }
  return runs;
}

function used(uses: readonly number[], codes: readonly (Code | undefined)[]): readonly number[] {
  const last = lastUsed(uses);
  return uses.slice(0, last + 1).map((_, symbol) => codes[symbol]?.length ?? 0);
}

function lastUsed(uses: readonly number[]): number {
  return uses.findLastIndex((frequency) => frequency !== 0);
}

function count(size: number, symbols: readonly number[]): number[] {
  const uses = Array.from({ length: size }, () => 0);
  for (const symbol of symbols) uses[symbol] = (uses[symbol] as number) + 1;
  return uses;
}

function bits(uses: readonly number[], codes: readonly (Code | undefined)[]): number {
  return uses.reduce((sum, frequency, symbol) => sum + frequency * (codes[symbol]?.length ?? 0), 0);
}

function writeCode(output: BitWriter, code: Code | undefined): void {
  output.write(code?.code ?? 0, code?.length ?? 0);
}
