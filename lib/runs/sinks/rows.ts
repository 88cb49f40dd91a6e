import type { PlannedTask, RunEvent } from '../events.ts';
import type { Labels } from '../label.ts';

/** A task as a list of them shows it while the run goes on. */
export interface Row {
  readonly name: string;
  state: 'waits' | 'runs' | 'done' | 'failed' | 'cancelled' | 'skipped';
  startedAt: number;
  endedAt: number | undefined;
  step: string;
  /** Why it was skipped, failed or stopped. */
  note: string;
  /** What its steps wrote last. */
  last: string;
}

export interface Rows {
  readonly see: (event: RunEvent) => void;
  readonly all: () => readonly Row[];
  /** Whether it waits for nothing but a place among those that run. */
  readonly isDue: (row: Row) => boolean;
  /** When the run began, in milliseconds; undefined until it has. */
  readonly startedAt: () => number | undefined;
}

const LONGEST = 500;

export function makeRows(labels: Labels): Rows {
  const rows = new Map<string, Row>();
  const planned = new Map<string, PlannedTask>();
  const open = new Map<string, number>();
  let startedAt: number | undefined;
  const isOver = (task: string) => {
    const own = rows.get(task);
    return own === undefined ? open.get(task) === 0 : own.state !== 'waits' && own.state !== 'runs';
  };
  const see = (event: RunEvent) => {
    if (event.type === 'run-start') {
      startedAt = Date.parse(event.time);
      for (const task of event.tasks) {
        planned.set(task.name, task);
        rows.set(task.name, newRow(task.name));
      }
    }
    if (event.type === 'task-wait') rows.set(event.task, newRow(event.task));
    if (event.type === 'task-skip' || event.type === 'task-reuse') {
      const row = rows.get(event.task) ?? newRow(event.task);
      const note = event.type === 'task-skip' ? event.reason : event.why;
      rows.set(event.task, Object.assign(row, { state: 'skipped', note }));
    }
    if (!('taskRun' in event)) return;
    const name = labels.of(event);
    const row = rows.get(name) ?? newRow(name);
    // The runs of a matrix take the place of the one line that stood for them.
    if (!rows.has(name)) replace(rows, event.task, name, row);
    if (event.type === 'task-start' && event.attempt === 0)
      open.set(event.task, (open.get(event.task) ?? 0) + 1);
    if (event.type === 'task-end') open.set(event.task, (open.get(event.task) ?? 1) - 1);
    update(row, event);
  };
  return {
    see,
    all: () => [...rows.values()],
    isDue: ({ name, state }) => {
      const task = planned.get(name);
      if (state !== 'waits' || !task) return false;
      const before = task.isFinally
        ? [...planned.values()].flatMap((one) => (one.isFinally ? [] : [one.name]))
        : task.after;
      return before.every(isOver);
    },
    startedAt: () => startedAt,
  };
}

function newRow(name: string): Row {
  return { name, state: 'waits', startedAt: 0, endedAt: undefined, step: '', note: '', last: '' };
}

const states = { Succeeded: 'done', Failed: 'failed', Cancelled: 'cancelled' } as const;

function update(row: Row, event: RunEvent): void {
  const now = Date.parse(event.time);
  if (event.type === 'task-start')
    Object.assign(row, { state: 'runs', startedAt: row.startedAt || now, note: '' });
  if (event.type === 'step-start') Object.assign(row, { step: event.step, last: '' });
  if (event.type === 'step-log' && event.text.trim() !== '') row.last = event.text.slice(0, LONGEST);
  if (event.type === 'breakpoint') row.note = 'stopped';
  if (event.type === 'task-retry') row.note = `again: ${event.message}`;
  if (event.type !== 'task-end') return;
  const note = event.status === 'Succeeded' ? '' : event.message;
  Object.assign(row, { state: states[event.status], endedAt: now, step: '', last: '', note });
}

function replace(rows: Map<string, Row>, task: string, name: string, row: Row): void {
  const entries = [...rows];
  const family = entries.findLastIndex(
    ([key]) => key === task || key.startsWith(`${task} (`) || key.startsWith(`${task}-`),
  );
  entries.splice(family + 1, 0, [name, row]);
  rows.clear();
  for (const [key, one] of entries) if (key !== task || one.state !== 'waits') rows.set(key, one);
}
