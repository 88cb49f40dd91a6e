import { type TestOutput, testOutput } from '#lib/konflux';
import { printable, table } from '#lib/text';
import type { Decision, Verdict } from './judge.ts';

/** Characters of a reason in the table. */
const REASON = 300;

/** The table of images and platforms: one line for each image. */
export function tableLines({ decisions }: Verdict, isFailable: (name: string, platform: string) => boolean) {
  const platforms = [...new Set(decisions.flatMap((one) => [...one.platforms.keys()]))].sort();
  const head = ['image', ...platforms.map((one) => one.replace(/^linux\//, '')), 'decision', 'why'];
  const rows = decisions.map((one) => [
    one.isRequired ? one.name : `${one.name} (failable)`,
    ...platforms.map((platform) => cellOf(one, platform, isFailable(one.name, platform))),
    one.fate,
    printable(one.reason, REASON),
  ]);
  return table(head, rows).trimEnd().split('\n');
}

function cellOf({ platforms }: Decision, platform: string, isFailable: boolean): string {
  const state = platforms.get(platform);
  if (state === undefined) return '-';
  return state === 'passed' || !isFailable ? state : `${state} but failable`;
}

/** The same as data. */
export function reportOf({ decisions, incomplete }: Verdict, run: string): object {
  const images = decisions.map(({ platforms, ...one }) => ({
    ...one,
    platforms: Object.fromEntries(platforms),
  }));
  return { version: 1, run, images, incomplete };
}

export function verdictOutput({ decisions, failed, incomplete }: Verdict, now?: Date): TestOutput {
  const promoted = decisions.filter(({ fate }) => fate === 'promoted').length;
  const why = decisions
    .filter(({ name, fate }) => (failed.length > 0 ? failed.includes(name) : fate !== 'promoted'))
    .map(({ name, reason }) => `${name}: ${printable(reason, 100)}`);
  const note = [
    failed.length > 0 ? 'nothing is promoted' : `${promoted} of ${decisions.length} images are promoted`,
    ...(incomplete.length > 0 && failed.length === 0 ? [`incomplete: ${incomplete.join(', ')}`] : []),
    ...why,
  ].join('; ');
  const counts = {
    successes: promoted,
    failures: failed.length,
    warnings: failed.length > 0 ? 0 : incomplete.length,
  };
  return testOutput(counts, printable(note, 200), now);
}
