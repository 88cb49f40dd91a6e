import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folders.ts';
import { reasonOf, single } from './reasons.ts';
import type { JudgedMutant } from './run-folder.ts';

/** Share of the mutants of a folder that its tests must notice; those that nothing could notice are counted in. */
export const LEAST = 0.85;

export interface Verdict {
  readonly folder: string;
  readonly mutants: number;
  readonly killed: number;
  readonly survivors: readonly Survivor[];
  /** What is wrong with it; nothing where all is well. */
  readonly problems: readonly string[];
}

export interface Survivor extends JudgedMutant {
  /** Why no test can notice, or need; nothing where one should. */
  readonly why: string | undefined;
}

export function judge(folder: string, mutants: readonly JudgedMutant[]): Verdict {
  const survivors = mutants
    .filter(({ result }) => result === 'survived' || result === 'not reached')
    .map((mutant) => ({ ...mutant, why: reasonOf(mutant, lineOf(mutant)) }));
  const killed = mutants.length - survivors.length;
  const files = new Set(mutants.map(({ file }) => file));
  const stale = single.filter(
    (reason) => files.has(reason.file) && !survivors.some((one) => reason.holds(one, lineOf(one))),
  );
  const rate = killed / mutants.length;
  return {
    folder,
    mutants: mutants.length,
    killed,
    survivors,
    problems: [
      ...(rate < LEAST ? [`${folder}: ${percent(rate)} are noticed, ${percent(LEAST)} must be`] : []),
      ...stale.map(({ file, why }) => `${file}: a reason for mutants of which none survives: ${why}`),
    ],
  };
}

export function percent(rate: number): string {
  return `${(Math.floor(rate * 1000) / 10).toFixed(1)} %`;
}

/** The line of the source in which a change stands. */
export function lineOf({ file, line }: JudgedMutant): string {
  return (readFileSync(join(root, file), 'utf8').split('\n')[line - 1] ?? '').trim();
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
