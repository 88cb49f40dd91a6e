import { noColours, type Style, visibleLines, withoutControls } from '#lib/text';
import type { Sink } from '../events.ts';
import { elapsed } from '../model/elapsed.ts';
import { linesOf, type Manner, prefixes, type Write } from './plain.ts';
import { makeRows, type Row, type Rows } from './rows.ts';
import { summary } from './summary.ts';

export interface Terminal extends Manner {
  readonly write: Write;
  readonly columns: () => number;
  readonly rows: () => number;
  /** Somebody else writes there now: nothing is drawn, and what was drawn stays. */
  readonly isTaken?: () => boolean;
}

const INTERVAL = 100;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** What may wait to be drawn, in characters. */
const MANY = 1_000_000;

/** Events of which the list below says all that there is to say. */
const inList = new Set([
  'run-start',
  'task-start',
  'step-end',
  'task-retry',
  'task-end',
  'task-skip',
  'task-reuse',
]);

/**
 * What steps write as it comes, and below it the tasks as a list that is drawn again and again; at the end the table,
 * why it failed, and what can be done.
 */
export function treeSink(terminal: Terminal): Sink {
  const { paint = noColours, waysOn, detail = 'usual' } = terminal;
  const collect = summary(paint, waysOn);
  const rows = makeRows(collect.labels);
  const prefix = prefixes(paint);
  let drawn = 0;
  let frame = 0;
  let logs: string[] = [];
  let waiting = 0;
  /** Takes away what was drawn, unless somebody has written below it. */
  const erase = () => {
    const text = terminal.isTaken?.() ? '' : clear(drawn);
    drawn = 0;
    return text;
  };
  const draw = () => {
    if (terminal.isTaken?.()) return void erase();
    frame++;
    const lines = listOf(rows, terminal, spinner[frame % spinner.length] ?? '');
    // The terminal itself cuts what is wider than it is: not every character is of one column.
    terminal.write(`${erase()}${takeLogs()}${NO_WRAP}${lines.map((text) => `${text}\n`).join('')}${WRAP}`);
    drawn = lines.length;
  };
  const takeLogs = () => {
    const all = logs.map((text) => `${text}\n`).join('');
    logs = [];
    waiting = 0;
    return all;
  };
  const timer = setInterval(draw, INTERVAL);
  return {
    event: (event) => {
      collect.event(event);
      rows.see(event);
      const isTold = detail !== 'quiet' || event.type === 'breakpoint' || event.type === 'note';
      if (isTold && !inList.has(event.type)) {
        for (const text of linesOf(event, collect.labels, prefix).map(printable)) {
          logs.push(text);
          waiting += text.length;
        }
        if (waiting > MANY) draw();
      }
      // They stay, and the list goes on below them.
      if (event.type === 'breakpoint') terminal.write(`${erase()}${takeLogs()}`);
      if (event.type !== 'run-end') return;
      clearInterval(timer);
      terminal.write(`${erase()}${takeLogs()}\n${collect.text()}`);
    },
    close: async () => clearInterval(timer),
  };
}

function listOf(
  rows: Rows,
  { rows: height, columns, paint = noColours }: Terminal,
  wheel: string,
): readonly string[] {
  const all = rows.all();
  const width = Math.max(...all.map(({ name }) => name.length), 0);
  const named = Math.min(width, Math.max(20, Math.floor(columns() / 3)));
  const lines = visible(all, listHeight(height())).map((row) => {
    const { text, style } = lineOf(row, { wheel, named, isDue: rows.isDue(row) });
    return { text: cut(text, columns()), style };
  });
  return [
    ...lines.map(({ text, style }) => (style ? paint(style, text) : text)),
    ...(all.length > 1 ? [paint('dim', cut(totalOf(all, rows.startedAt()), columns()))] : []),
  ];
}

function totalOf(all: readonly Row[], startedAt = Date.now()): string {
  const over = all.filter(({ state }) => state !== 'waits' && state !== 'runs').length;
  const failed = all.filter(({ state }) => state === 'failed').length;
  return [
    `${over}/${all.length} tasks`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    elapsed((Date.now() - startedAt) / 1_000),
  ].join(' · ');
}

/** Half of the screen is for what steps write. */
function listHeight(rows: number): number {
  return Math.max(4, Math.floor(rows / 2));
}

/** Where there are more tasks than lines: what runs or failed, then what comes next, then what is over. */
function visible(rows: readonly Row[], height: number): readonly Row[] {
  if (rows.length <= height) return rows;
  const order = { runs: 0, failed: 0, cancelled: 0, waits: 1, done: 2, skipped: 2 };
  const kept = new Set(
    rows.toSorted((a, b) => order[a.state] - order[b.state]).slice(0, Math.max(1, height)),
  );
  return rows.filter((row) => kept.has(row));
}

const marks = { waits: '·', done: '✓', failed: '✗', cancelled: '⊘', skipped: '-' } as const;
const styles: Readonly<Record<Row['state'], Style | undefined>> = {
  waits: 'dim',
  runs: undefined,
  done: 'good',
  failed: 'bad',
  cancelled: 'odd',
  skipped: 'dim',
};

function lineOf(
  row: Row,
  { wheel, named, isDue }: { readonly wheel: string; readonly named: number; readonly isDue: boolean },
): { readonly text: string; readonly style: Style | undefined } {
  const { name, state, startedAt, endedAt, step, note, last } = row;
  const seconds = startedAt === 0 ? '' : elapsed(((endedAt ?? Date.now()) - startedAt) / 1_000);
  const mark = state === 'runs' ? wheel : marks[state];
  const text = [
    mark,
    cut(name, named).padEnd(named),
    seconds.padStart(8),
    step,
    note,
    isDue ? 'waits for a place' : '',
    last === '' ? '' : `│ ${last}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
  return { text, style: styles[state] };
}

/** First to the column that is known: what is typed, as ^C, is echoed where the cursor stands. */
function clear(lines: number): string {
  return lines === 0 ? '' : `\r\u001b[${lines}A\u001b[0J`;
}

/** DECAWM, which every terminal since the VT100 has. */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';

/** What moves the cursor, or clears: sequences that end in another letter than colours do, and most controls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a step may write
const UNWANTED = /\u001b\[[0-9;?]*[A-Za-ln-z]|[\u0000-\u0008\u000a-\u001a\u001c-\u001f\u007f]/g;

/** With its colours, and without what would spoil the list. */
function printable(text: string): string {
  const plain = text.replace(UNWANTED, '');
  return plain.includes('\u001b') ? `${plain}\u001b[0m` : plain;
}

/** One line of the terminal, without what would move its cursor. */
function cut(text: string, columns: number): string {
  const characters = Array.from(
    visibleLines(withoutControls(text))
      .replaceAll(/[\n\t]/g, ' ')
      .trimEnd(),
  );
  return characters.length <= columns ? characters.join('') : `${characters.slice(0, columns - 1).join('')}…`;
}
