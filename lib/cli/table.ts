import { printable } from '#lib/text';

/** Wider than any reference by digest. */
const WIDEST = 1_000;

/** Columns under a head, as wide as they need to be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // Names are of directories, registries and objects of strangers.
  const lines = [head, ...rows].map((line) => line.map((cell) => printable(cell, WIDEST)));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
