import { type Document, isAlias, isMap, isPair, isSeq, type Node } from 'yaml';

/**
 * What go-yaml says of aliases that make a document much larger (decode.go allowedAliasRatio): one in a list of aliases in
 * a list of aliases takes a few bytes and means gigabytes.
 */
export function aliasProblem(document: Document): string | undefined {
  const sizes = new Map<unknown, number>();
  const all = sizeOf(document.contents, document, sizes);
  if (Number.isNaN(all)) return 'an anchor has a value that contains itself';
  const aliased = all - sizes.size;
  const isTooMuch = aliased > 100 && all > 1_000 && aliased / all > allowedRatio(all);
  return isTooMuch ? 'document contains excessive aliasing' : undefined;
}

/** How many values a node stands for, with aliases followed; no number where it contains itself. */
function sizeOf(node: unknown, document: Document, sizes: Map<unknown, number>): number {
  const known = sizes.get(node);
  if (known !== undefined) return known;
  if (node === null || node === undefined) return 0;
  // Until it is known, as for an alias to what contains it.
  sizes.set(node, Number.NaN);
  const size = partsOf(node, document).reduce<number>((sum, part) => sum + sizeOf(part, document, sizes), 1);
  sizes.set(node, size);
  return size;
}

function partsOf(node: unknown, document: Document): readonly unknown[] {
  if (isAlias(node)) return [node.resolve(document) satisfies Node | undefined];
  if (isMap(node)) return node.items.filter(isPair).flatMap(({ key, value }) => [key, value]);
  return isSeq(node) ? node.items : [];
}

/** As few as one in a hundred may be itself in a small document, nine of ten in one of four million values. */
function allowedRatio(all: number): number {
  if (all <= 400_000) return 0.99;
  if (all >= 4_000_000) return 0.1;
  return 0.99 - 0.89 * ((all - 400_000) / 3_600_000);
}
