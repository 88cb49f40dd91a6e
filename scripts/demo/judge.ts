import { isDeepStrictEqual } from 'node:util';
import { table } from '#lib/text';
import type { Outcome } from './scenario.ts';

/** How an outcome differs from what the demo must show; empty when it does not. */
export function problems(outcome: Outcome): string[] {
  const { scenario, result, reports } = outcome;
  const { promoted, incomplete = [], verdicts = [], reports: texts = [] } = scenario.expected;
  const status = promoted.length > 0 ? 'Succeeded' : 'Failed';
  const said = outputs(outcome, 'TEST_OUTPUT');
  const missing = outputs(outcome, 'INCOMPLETE');
  return [
    // A run with tasks that failed, and may, is completed.
    ...(result.status === status ? [] : [`the run ended ${result.status}, not ${status}: ${result.message}`]),
    ...(isDeepStrictEqual(movedImages(outcome).sort(), [...promoted].sort())
      ? []
      : [
          `tags moved of ${movedImages(outcome).join(', ') || 'nothing'}, not of ${promoted.join(', ') || 'nothing'}`,
        ]),
    ...(isDeepStrictEqual(missing, incomplete)
      ? []
      : [`${missing.join(', ') || 'nothing'} is incomplete, not ${incomplete.join(', ') || 'nothing'}`]),
    ...verdicts
      .filter((text) => !said.some((one) => one.includes(text)))
      .map((text) => `no verdict names ${text}`),
    ...texts
      .filter((text) => !reports.some((one) => one.includes(text)))
      .map((text) => `no report has ${text}`),
  ];
}

function outputs({ result }: Outcome, wanted: string): readonly string[] {
  return result.taskRuns
    .flatMap(({ status }) => status?.results ?? [])
    .filter(({ name }) => name === wanted)
    .flatMap(({ value }) => (typeof value === 'string' ? [value] : Array.isArray(value) ? value : []));
}

/** Names of images of which a tag in production is another one now. */
export function movedImages({ before, after }: Outcome): string[] {
  const moved = [...after].filter(([tag, digest]) => before.get(tag) !== digest);
  return [...new Set(moved.map(([tag]) => tag.replace(/:.*$/, '')))];
}

/** The final table: a line for each scenario. */
export function verdicts(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { scenario, result } = outcome;
    return [
      scenario.name,
      result.status,
      `${result.seconds.toFixed(1)} s`,
      movedImages(outcome).join(' ') || 'untouched',
      outputs(outcome, 'INCOMPLETE').join(' ') || '-',
      problems(outcome).length === 0 ? 'as it must be' : 'WRONG',
    ];
  });
  return table(['compose', 'run', 'time', 'production', 'incomplete', 'verdict'], rows).trimEnd();
}
