import type { Difference, MeantDifference } from '../../bundles/meant-differences.ts';

export interface Judgement {
  /** What differs and is not meant. */
  readonly unexpected: readonly string[];
  /** What is meant, and is not there any more. */
  readonly gone: readonly string[];
}

/**
 * Differences of one object against those that are meant of it. What ours has more of needs no place in the list, since
 * no user of upstream's can notice it.
 *
 * @param task undefined for the pipeline, of which everything is told
 */
export function judge(
  found: readonly Omit<Difference, 'task'>[],
  meant: readonly MeantDifference[],
  task?: string,
): Judgement {
  const expected = meant.filter((one) => one.task === task).map(tell);
  const all = found.map(tell);
  const told = task === undefined ? found : found.filter(({ what }) => what !== 'is ours');
  return {
    unexpected: told.map(tell).filter((one) => !expected.includes(one)),
    gone: expected.filter((one) => !all.includes(one)),
  };
}

function tell({ place, what }: Omit<Difference, 'task'>): string {
  return `${place}: ${what}`;
}
