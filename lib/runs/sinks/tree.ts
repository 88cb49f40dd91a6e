import { withoutControls } from '#lib/text';
import type { RunEvent, Sink } from '../events.ts';
import { label } from '../label.ts';
import { breakpointLines } from './breakpoint-lines.ts';
import type { Write } from './plain.ts';
import { summary } from './summary.ts';

export interface Terminal {
  readonly write: Write;
  readonly columns: () => number;
  readonly rows: () => number;
  /** Somebody else writes there now: nothing is drawn, and what was drawn stays. */
  readonly isTaken?: () => boolean;
}

interface Row {
  readonly name: string;
  state: 'waits' | 'runs' | 'done' | 'failed' | 'skipped';
  startedAt: number;
  endedAt: number | undefined;
  step: string;
  /** Why it was skipped, failed or stopped. */
  note: string;
}

const INTERVAL = 100;
const TAIL = 20;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** What may wait to be drawn, in characters. */
const MANY = 1_000_000;

/**
 * What steps write as it comes, and below it the tasks as a list that is drawn again and again; at the end what failed
 * once more, and the summary.
 */
export function treeSink(terminal: Terminal): Sink {
  const rows = new Map<string, Row>();
  const tails = new Map<string, string[]>();
  const collect = summary();
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
    const lines = visible([...rows.values()], listHeight(terminal.rows())).map((row) =>
      cut(line(row, spinner[frame % spinner.length] ?? ''), terminal.columns()),
    );
    terminal.write(`${erase()}${[...takeLogs(), ...lines].map((text) => `${text}\n`).join('')}`);
    drawn = lines.length;
  };
  const takeLogs = () => {
    const all = logs;
    logs = [];
    waiting = 0;
    return all;
  };
  const timer = setInterval(draw, INTERVAL);
  return {
    event: (event) => {
      collect.event(event);
      apply(event, rows, tails);
      if (event.type === 'step-log') {
        const text = `[${label(event)} : ${event.step}] ${printable(event.text)}`;
        logs.push(text);
        waiting += text.length;
        if (waiting > MANY) draw();
      }
      if (event.type === 'breakpoint') {
        // They stay, and the list goes on below them.
        const lines = [...takeLogs(), ...breakpointLines(event)].map((text) => `${text}\n`);
        terminal.write(`${erase()}${lines.join('')}`);
      }
      if (event.type !== 'run-end') return;
      clearInterval(timer);
      const rest = takeLogs().map((text) => `${text}\n`);
      terminal.write(`${erase()}${rest.join('')}\n${failures(rows, tails)}${collect.text()}`);
    },
    close: async () => clearInterval(timer),
  };
}

function apply(event: RunEvent, rows: Map<string, Row>, tails: Map<string, string[]>): void {
  const now = Date.parse(event.time);
  if (event.type === 'run-start') for (const { name } of event.tasks) rows.set(name, newRow(name));
  if (event.type === 'task-wait') rows.set(event.task, newRow(event.task));
  if (event.type === 'task-skip') {
    const row = rows.get(event.task) ?? newRow(event.task);
    rows.set(event.task, Object.assign(row, { state: 'skipped', note: event.reason }));
  }
  if (event.type === 'task-reuse') {
    const row = rows.get(event.task) ?? newRow(event.task);
    rows.set(event.task, Object.assign(row, { state: 'skipped', note: event.why }));
  }
  if (!('taskRun' in event)) return;
  const name = label(event);
  const row = rows.get(name) ?? newRow(name);
  // The runs of a matrix take the place of the one line that stood for them.
  if (!rows.has(name)) replace(rows, event.task, name, row);
  if (event.type === 'task-start')
    Object.assign(row, { state: 'runs', startedAt: row.startedAt || now, note: '' });
  if (event.type === 'step-start') row.step = event.step;
  if (event.type === 'step-log') {
    const tail = tails.get(name) ?? [];
    tails.set(name, [...tail, `[${name} : ${event.step}] ${event.text}`].slice(-TAIL));
  }
  if (event.type === 'breakpoint') row.note = 'stopped';
  if (event.type === 'task-retry') row.note = `again: ${event.message}`;
  if (event.type === 'task-end') {
    const isGood = event.status === 'Succeeded';
    Object.assign(row, {
      state: isGood ? 'done' : 'failed',
      endedAt: now,
      step: '',
      note: isGood ? '' : event.message,
    });
  }
}

function newRow(name: string): Row {
  return { name, state: 'waits', startedAt: 0, endedAt: undefined, step: '', note: '' };
}

function replace(rows: Map<string, Row>, task: string, name: string, row: Row): void {
  const entries = [...rows];
  const family = entries.findLastIndex(([key]) => key === task || key.startsWith(`${task}-`));
  entries.splice(family + 1, 0, [name, row]);
  rows.clear();
  for (const [key, one] of entries) if (key !== task || one.state !== 'waits') rows.set(key, one);
}

/** Half of the screen is for what steps write. */
function listHeight(rows: number): number {
  return Math.max(4, Math.floor(rows / 2));
}

/** Where there are more tasks than lines: what runs or failed, then what comes next, then what is over. */
function visible(rows: readonly Row[], height: number): readonly Row[] {
  if (rows.length <= height) return rows;
  const order = { runs: 0, failed: 0, waits: 1, done: 2, skipped: 2 };
  const kept = new Set(
    rows.toSorted((a, b) => order[a.state] - order[b.state]).slice(0, Math.max(1, height)),
  );
  return rows.filter((row) => kept.has(row));
}

const marks = { waits: '·', done: '✓', failed: '✗', skipped: '-' } as const;

function line({ name, state, startedAt, endedAt, step, note }: Row, wheel: string): string {
  const seconds = startedAt === 0 ? '' : `${(((endedAt ?? Date.now()) - startedAt) / 1_000).toFixed(1)} s`;
  const mark = state === 'runs' ? wheel : marks[state];
  return [mark, name.padEnd(28), seconds.padStart(8), step, note]
    .filter((part) => part !== '')
    .join(' ')
    .trimEnd();
}

function failures(rows: Map<string, Row>, tails: Map<string, string[]>): string {
  const failed = [...rows.values()].filter(({ state }) => state === 'failed');
  return failed
    .map(({ name, note }) => [...(tails.get(name) ?? []), `[${name}] ${note}`, '', ''].join('\n'))
    .join('');
}

function clear(lines: number): string {
  return lines === 0 ? '' : `\u001b[${lines}A\u001b[0J`;
}

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
  return withoutControls(text)
    .replaceAll(/[\n\t]/g, '')
    .slice(0, columns);
}
