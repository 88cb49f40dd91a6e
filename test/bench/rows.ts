import { type Command, measure, type Rounds } from './measure.ts';
import type { Row } from './table.ts';

/** Measures our command and those of peers side by side; a row for each peer. */
export function rowsOf(
  work: string,
  ours: Command,
  peers: Readonly<Record<string, Command>>,
  rounds: Rounds,
): Row[] {
  const [mine, ...theirs] = measure([ours, ...Object.values(peers)], rounds);
  if (!mine) throw new Error('nothing was measured');
  const names = Object.keys(peers);
  if (names.length === 0) return [{ work, ours: mine }];
  return theirs.map((measured, index) => ({
    work,
    ours: mine,
    peer: { name: names[index] ?? '', measure: measured },
  }));
}
