import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** How many cases of a generated test run where: all of them by `make soak`, a share in CI and in `make test`. */
export interface Shares {
  readonly soak: number;
  readonly ci: number;
  readonly test: number;
}

export interface GeneratedRun {
  /** Cases for this seed. */
  readonly count: number;
  readonly seed: number;
  readonly isFixed: boolean;
  /** Leaves a row for the table of `make soak`; does nothing elsewhere. */
  readonly record: (row: {
    readonly cases: number;
    readonly against: string;
    readonly found: string;
  }) => void;
}

const FIXED = 20261126;

/**
 * The runs of a generated test: one with the seed that never changes, one with a random one, which is printed so that
 * it can be given again as SEED.
 */
export function generatedRuns(name: string, shares: Shares): readonly GeneratedRun[] {
  const isSoak = process.env.SOAK === '1';
  const count = isSoak ? shares.soak : process.env.CI === 'true' ? shares.ci : shares.test;
  const given = Number(process.env.SEED ?? Number.NaN);
  const random = Number.isInteger(given) ? given : Math.floor(Math.random() * 2 ** 31);
  console.log(
    `${name}: ${count} of ${shares.soak} cases each with the seeds ${FIXED} and ${random} (SEED=${random})`,
  );
  // A row's seconds are those since the row before: the runs of a file come one after the other.
  let since = performance.now();
  return [FIXED, random].map((seed) => ({
    count,
    seed,
    isFixed: seed === FIXED,
    record: (row) => {
      if (!isSoak) return;
      const directory = join(import.meta.dirname, '../../.cache/soak');
      mkdirSync(directory, { recursive: true });
      const seconds = Math.round((performance.now() - since) / 1000);
      since = performance.now();
      appendFileSync(join(directory, 'rows.jsonl'), `${JSON.stringify({ name, seed, ...row, seconds })}\n`);
    },
  }));
}

/** Numbers in [0, 1) that follow from a seed alone (mulberry32, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
