import { SWITCH } from './instrument.ts';

/**
 * How many times as often as without a mutant the switches may be asked before a loop is taken for one without an end.
 */
const MORE = 20;
const SOME = 200_000;

class EndlessError extends Error {}

let active = -1;
let asked = 0;
let most = Number.POSITIVE_INFINITY;
let seen: Set<number> | undefined;

/** Puts the switch where instrumented code finds it. */
export function placeSwitch(): void {
  Object.assign(globalThis, { [SWITCH]: isMutant });
}

function isMutant(id: number): boolean {
  if (++asked > most) throw new EndlessError('a loop has no end');
  seen?.add(id);
  return id === active;
}

/** Runs `body` without a mutant: which ones stand on its way, and how often it asks. */
export async function record(body: () => Promise<void>): Promise<{ hits: Set<number>; asked: number }> {
  const hits = new Set<number>();
  [active, asked, most, seen] = [-1, 0, Number.POSITIVE_INFINITY, hits];
  try {
    await body();
  } finally {
    seen = undefined;
  }
  return { hits, asked };
}

/** Runs `body` with one mutant; nothing says that it has been noticed but what `body` throws. */
export async function withMutant(id: number, usual: number, body: () => Promise<void>): Promise<void> {
  [active, asked, most] = [id, 0, usual * MORE + SOME];
  try {
    await body();
  } finally {
    [active, most] = [-1, Number.POSITIVE_INFINITY];
  }
}
