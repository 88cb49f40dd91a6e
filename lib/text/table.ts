import { printable } from './printable.ts';

/** Wider than any reference by digest. */
const WIDEST = 1_000;

interface TableOptions {
  /** Columns whose cells stand at the right, such as times; counted from 0. */
  readonly right?: readonly number[];
}

/** Lines of columns under a head, each as wide as it needs to be; cells hold names of strangers. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { right = [] }: TableOptions = {},
): string {
  const lines = [head, ...rows].map((line) => line.map((cell) => printable(cell, WIDEST)));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
  };
  return lines.map((line) => `${line.map(pad).join('  ').trimEnd()}\n`).join('');
}
