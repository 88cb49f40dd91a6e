import type { Measure } from './measure.ts';

/** A row compares a step with the same work in bash; without bash it only tells the step's own figures. */
export interface Row {
  readonly work: string;
  readonly step: Measure;
  readonly bash?: Measure;
}

const columns = ['work', 'step ms', 'bash ms', 'ratio', 'step MB', 'bash MB', 'ratio'] as const;

/** A table in Markdown, its columns aligned for a terminal. */
export function table(rows: readonly Row[]): string {
  const cells = [columns, columns.map(() => ''), ...rows.map(rowCells)];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  return cells
    .map((row, line) =>
      row.map((cell, index) => pad(cell, widths[index] ?? 0, line === 1, index === 0)).join(' | '),
    )
    .map((line) => `| ${line} |`)
    .join('\n');
}

function rowCells({ work, step, bash }: Row): string[] {
  return [
    work,
    figure(step.milliseconds),
    figure(bash?.milliseconds),
    ratio(step.milliseconds, bash?.milliseconds),
    figure(step.megabytes),
    figure(bash?.megabytes),
    ratio(step.megabytes, bash?.megabytes),
  ];
}

function figure(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(value < 10 ? 1 : 0);
}

function ratio(step: number | undefined, bash: number | undefined): string {
  return step === undefined || bash === undefined ? '' : (step / bash).toFixed(2);
}

function pad(cell: string, width: number, isRule: boolean, isText: boolean): string {
  if (isRule) return isText ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`;
  return isText ? cell.padEnd(width) : cell.padStart(width);
}
