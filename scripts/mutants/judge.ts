import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folders.ts';
import { type Reason, reasons } from './reasons.ts';
import type { JudgedMutant } from './run-folder.ts';

/** Share of the mutants of a folder that its tests must notice, those that nothing could notice among the rest. */
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
    .map((mutant) => ({ ...mutant, why: reasons.find((reason) => isMeant(reason, mutant))?.why }));
  const killed = mutants.length - survivors.length;
  const files = new Set(mutants.map(({ file }) => file));
  const stale = reasons.filter(
    (reason) => files.has(reason.file) && !survivors.some((one) => isMeant(reason, one)),
  );
  const rate = killed / mutants.length;
  return {
    folder,
    mutants: mutants.length,
    killed,
    survivors,
    problems: [
      ...(rate < LEAST ? [`${folder}: ${percent(rate)} are noticed, ${percent(LEAST)} must be`] : []),
      ...stale.map(
        ({ file, line, from, to }) => `${file}: no such mutant survives: ${line}: ${from} -> ${to}`,
      ),
    ],
  };
}

export function percent(rate: number): string {
  return `${(Math.floor(rate * 1000) / 10).toFixed(1)} %`;
}

function isMeant(reason: Reason, mutant: JudgedMutant): boolean {
  return (
    reason.file === mutant.file &&
    reason.line === lineOf(mutant) &&
    (reason.from === undefined || reason.from === oneLine(mutant.from)) &&
    (reason.to === undefined || reason.to === oneLine(mutant.to))
  );
}

/** The line of the source in which a change stands. */
export function lineOf({ file, line }: JudgedMutant): string {
  return (readFileSync(join(root, file), 'utf8').split('\n')[line - 1] ?? '').trim();
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
