import { printable } from '#lib/text';
import type { Place } from './read-yaml.ts';

/** Characters of a line: enough to see what is meant. */
const MOST = 160;

/** The line of a place and the one before it, as they may stand in a message, with a mark below the column. */
export function excerptAt(text: string, { line, column }: Place): string {
  const lines = text.split('\n', line).slice(-2);
  const shown = line < 2 ? lines.slice(-1) : lines;
  return [
    ...shown.map((one) => printable(one.replace(/\r$/, ''), MOST)),
    mark(shown.at(-1) ?? '', column),
  ].join('\n');
}

function mark(line: string, column: number): string {
  // What stands before may be escaped, and is then longer.
  return `${' '.repeat(printable(line.slice(0, Math.min(column - 1, MOST)), MOST).length)}^`;
}
