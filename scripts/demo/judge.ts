import { table } from '#lib/text';
import type { Outcome } from './scenario.ts';

/** How an outcome differs from what the demo must show; empty when it does not. */
export function problems({ scenario, result, before, after }: Outcome): string[] {
  const moved = [...after].filter(([tag, digest]) => before.get(tag) !== digest).map(([tag]) => tag);
  if (scenario.expected.length === 0) {
    return [
      ...(result.status === 'Succeeded' ? [] : [`the run ended ${result.status}: ${result.message}`]),
      ...(moved.length > 0 ? [] : ['nothing reached production']),
    ];
  }
  const verdicts = result.taskRuns
    .flatMap(({ status }) => status?.results ?? [])
    .filter(({ name }) => name === 'TEST_OUTPUT')
    .map(({ value }) => (typeof value === 'string' ? value : ''));
  return [
    ...(result.status === 'Failed' ? [] : [`the run ended ${result.status}, not Failed`]),
    ...scenario.expected
      .filter((check) => !verdicts.some((verdict) => verdict.includes(check)))
      .map((check) => `no verdict names ${check}`),
    ...(moved.length === 0 ? [] : [`tags of production moved: ${moved.join(', ')}`]),
  ];
}

/** The final table: a line for each scenario. */
export function verdicts(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { scenario, result, before, after } = outcome;
    const moved = [...after].filter(([tag, digest]) => before.get(tag) !== digest).map(([tag]) => tag);
    return [
      scenario.name,
      result.status,
      `${result.seconds.toFixed(1)} s`,
      `${(result.overhead * 100).toFixed(1)} %`,
      moved.length === 0 ? 'untouched' : moved.join(' '),
      problems(outcome).length === 0 ? 'as it must be' : 'WRONG',
    ];
  });
  return table(['compose', 'run', 'time', 'engine', 'production', 'verdict'], rows).trimEnd();
}
