export interface Code {
  /** With its first bit lowest, as it is written. */
  readonly code: number;
  readonly length: number;
}

/**
 * Huffman codes with a limited length: package-merge, which prefers a package where it weighs the same as a symbol. It
 * matters which of several best codes comes out: Go's boundary package-merge gives the same (huffman_code.go).
 */
export function huffmanCodes(uses: readonly number[], limit: number): readonly (Code | undefined)[] {
  const symbols = [...uses.keys()].filter((symbol) => uses[symbol] !== 0);
  const codes: (Code | undefined)[] = [];
  if (symbols.length <= 2) {
    for (const [index, symbol] of symbols.entries()) codes[symbol] = { code: index, length: 1 };
    return codes;
  }
  const weight = (symbol: number) => uses[symbol] as number;
  symbols.sort((a, b) => weight(a) - weight(b) || a - b);
  const lengths = codeLengths(symbols.map(weight), Math.min(limit, symbols.length - 1));
  let next = 0;
  for (let length = 1; length <= limit; length++) {
    next <<= 1;
    const those = symbols.filter((_, index) => lengths[index] === length).sort((a, b) => a - b);
    for (const symbol of those) codes[symbol] = { code: reverse(next++, length), length };
  }
  return codes;
}

/**
 * The lengths of codes for weights in order: a symbol's length is the number of levels in which it is among those
 * taken.
 */
function codeLengths(weights: readonly number[], limit: number): readonly number[] {
  const levels: (readonly Item[])[] = [];
  for (let level = 0; level < limit; level++) levels.push(merge(weights, levels.at(-1) ?? []));
  const lengths = weights.map(() => 0);
  let taken = 2 * weights.length - 2;
  for (const level of levels.reverse()) {
    const packages = level.slice(0, taken).filter(({ isPackage }) => isPackage).length;
    for (let index = 0; index < taken - packages; index++) lengths[index] = (lengths[index] as number) + 1;
    taken = 2 * packages;
  }
  return lengths;
}

interface Item {
  readonly weight: number;
  readonly isPackage: boolean;
}

function merge(weights: readonly number[], below: readonly Item[]): readonly Item[] {
  const symbols = weights.map((weight) => ({ weight, isPackage: false }));
  const packages = below.flatMap(({ weight }, index) => {
    const second = below[index + 1];
    return index % 2 === 0 && second ? [{ weight: weight + second.weight, isPackage: true }] : [];
  });
  // Sorting is stable: what comes first here stays first among equals.
  return [...packages, ...symbols].sort((a, b) => a.weight - b.weight);
}

function reverse(value: number, count: number): number {
  let result = 0;
  for (let bit = 0; bit < count; bit++) result |= ((value >> bit) & 1) << (count - 1 - bit);
  return result;
}
