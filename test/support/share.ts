// Costly cases of which `make test` runs a share, as it does of generated ones: CI and `make soak` run all of them.
import { randomFrom } from './generated.ts';

/** Whether only a share is wanted. */
export const isShare = process.env.CI !== 'true' && process.env.SOAK !== '1';

/**
 * So many of the cases, in their order, taken by a random seed, which is printed so that it can be given again as SEED;
 * all of them where no share is wanted.
 *
 * @param inCi how many CI takes, where all of them would take longer than all else
 */
export function shareOf<T>(
  name: string,
  cases: readonly T[],
  inMakeTest: number,
  inCi: number = cases.length,
): readonly T[] {
  const isAll = process.env.SOAK === '1';
  const count = isAll ? cases.length : isShare ? inMakeTest : inCi;
  if (cases.length <= count) return cases;
  const given = Number(process.env.SEED ?? Number.NaN);
  const seed = Number.isInteger(given) ? given : Math.floor(Math.random() * 2 ** 31);
  console.log(
    `${name}: ${count} of ${cases.length} cases (SEED=${seed}; ${inCi < cases.length ? 'SOAK=1' : 'CI=true'} runs all)`,
  );
  const random = randomFrom(seed);
  const drawn = cases.map((_, index) => ({ index, at: random() })).sort((a, b) => a.at - b.at);
  const chosen = new Set(drawn.slice(0, count).map(({ index }) => index));
  return cases.filter((_, index) => chosen.has(index));
}
