import type { Measure } from './measure.ts';

/** A row compares a piece of work with the same work by somebody else; without a peer it only tells our own figures. */
export interface Row {
  readonly work: string;
  readonly ours: Measure;
  readonly peer?: { readonly name: string; readonly measure: Measure };
}

const columns = ['work', 'ms', 'MB', 'against', 'ms', 'MB', 'ratio of ms', 'of MB'] as const;
const textColumns = [0, 3];

/** A table in Markdown, its columns aligned for a terminal. */
export function table(rows: readonly Row[]): string {
  const cells = [columns, columns.map(() => ''), ...rows.map(rowCells)];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  return cells
    .map((row, line) =>
      row
        .map((cell, index) => pad(cell, widths[index] ?? 0, line === 1, textColumns.includes(index)))
        .join(' | '),
    )
    .map((line) => `| ${line} |`)
    .join('\n');
}

function rowCells({ work, ours, peer }: Row): string[] {
  const theirs = peer?.measure;
  return [
    work,
    figure(ours.milliseconds),
    figure(ours.megabytes),
    peer?.name ?? '',
    figure(theirs?.milliseconds),
    figure(theirs?.megabytes),
    ratio(ours.milliseconds, theirs?.milliseconds),
    ratio(ours.megabytes, theirs?.megabytes),
  ];
}

function figure(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(value < 10 ? 1 : 0);
}

function ratio(ours: number | undefined, theirs: number | undefined): string {
  return ours === undefined || theirs === undefined ? '' : (ours / theirs).toFixed(2);
}

function pad(cell: string, width: number, isRule: boolean, isText: boolean): string {
  if (isRule) return isText ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`;
  return isText ? cell.padEnd(width) : cell.padStart(width);
}
