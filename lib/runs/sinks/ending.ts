import { type Paint, visibleJson, visibleLines } from '#lib/text';
import type { RunEvent, RunStatus } from '../events.ts';
import { elapsed } from '../model/elapsed.ts';
import type { Failure } from '../model/failures.ts';

type RunEnd = RunEvent & { readonly type: 'run-end' };

/** How a run has ended, for whoever knows what can be done then. */
export interface Ending {
  readonly run: string;
  readonly status: RunStatus;
  readonly directory: string | undefined;
  readonly failures: readonly Failure[];
}

/** What one may want to do next, and how. */
export interface Way {
  readonly name: string;
  readonly how: string;
}

export type WaysOn = (ending: Ending) => readonly Way[];

/** Failed tasks that are told one by one; of a matrix of hundreds more help nobody. */
const TOLD = 4;

/** The results, the verdict with what led to it, and what can be done now. */
export function endingText(
  end: RunEnd,
  failures: readonly Failure[],
  paint: Paint,
  waysOn: WaysOn = () => [],
): string {
  const { run, status, directory } = end;
  const results = end.results.map(
    ({ name, value }) =>
      `  ${name}: ${typeof value === 'string' ? visibleLines(value.trimEnd()) : visibleJson(value)}`,
  );
  return [
    ...(results.length > 0 ? ['results:', ...results, ''] : []),
    `${verdict(end, failures, paint)}`,
    ...reasons(failures, paint),
    ...waysOn({ run, status, directory, failures }).map(
      ({ name, how }) => `  ${paint('strong', name.padEnd(7))} ${how}`,
    ),
    '',
  ].join('\n');
}

function verdict(
  { run, status, seconds, message }: RunEnd,
  failures: readonly Failure[],
  paint: Paint,
): string {
  const time = elapsed(seconds);
  const why = failures[0]?.cause ?? message;
  const because = why === '' ? '' : `: ${visibleLines(why)}`;
  switch (status) {
    case 'Succeeded':
      return `${paint('good', '✓')} ${run} ${paint('good', 'succeeded')} in ${time}`;
    case 'Cancelled':
      return `${paint('odd', '⊘')} ${run} ${paint('odd', 'was cancelled')} after ${time}`;
    case 'TimedOut':
      return `${paint('bad', '✗')} ${run} ${paint('bad', 'timed out')} after ${time}: ${visibleLines(message)}`;
    case 'Failed':
      return `${paint('bad', '✗')} ${run} ${paint('bad', 'failed')} after ${time}${because}`;
  }
}

/** The first cause stands in the verdict already. */
function reasons(failures: readonly Failure[], paint: Paint): readonly string[] {
  const more = failures.length - TOLD;
  return [
    ...failures
      .slice(0, TOLD)
      .flatMap(({ cause, lines }, index) => [
        ...(index === 0 ? [] : [`  ${visibleLines(cause)}`]),
        ...lines.map((line) => `    ${paint('bad', visibleLines(line))}`),
      ]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
