import { type TestOutput, testOutput } from '#lib/konflux';
import { failures, type Outcome, type Report, type Result } from './run-checks.ts';

const signs: Readonly<Record<Result, string>> = {
  pass: 'ok',
  fail: 'FAIL',
  warn: 'warn',
  skip: '-',
  waived: 'waived',
  error: 'ERROR',
};

/** A table of checks by architecture, then every finding in words. */
export function reportLines(report: Report): string[] {
  const arches = [...new Set(report.checks.flatMap(({ arch }) => (arch === undefined ? [] : [arch])))];
  const ids = [...new Set(report.checks.map(({ id }) => id))];
  const rows = ids.map((id) => {
    const outcomes = report.checks.filter((outcome) => outcome.id === id);
    const whole = outcomes.find(({ arch }) => arch === undefined);
    const cells = arches.map((arch) => {
      const outcome = outcomes.find((one) => one.arch === arch) ?? whole;
      return outcome ? signs[outcome.result] : '';
    });
    return [id, outcomes[0]?.severity ?? '', ...cells];
  });
  const table = [['check', 'severity', ...arches], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const details = report.checks
    .filter(({ result }) => result !== 'pass' && result !== 'skip')
    .flatMap(detailLines);
  const unused = report.unusedWaivers.map((waiver) => `unused waiver: ${waiver}`);
  return [`${report.image}@${report.digest}`, ...lines, ...details, ...unused];
}

/** So many findings of one check are told; the report has them all. */
const MOST = 5;

function detailLines({ id, arch, result, messages, reason }: Outcome): string[] {
  const name = nameOf({ id, arch });
  const because = reason === undefined ? '' : ` (waived: ${reason})`;
  const told = messages.slice(0, MOST).map((message) => `${signs[result]} ${name}: ${message}${because}`);
  return messages.length > MOST
    ? [...told, `${signs[result]} ${name}: and ${messages.length - MOST} more`]
    : told;
}

export function nameOf({ id, arch }: { readonly id: string; readonly arch?: string | undefined }): string {
  return arch === undefined ? id : `${id}@${arch}`;
}

/** The report in the form that Konflux and Conforma read. */
export function verdict(report: Report, now?: Date): TestOutput {
  const count = (result: Result) => report.checks.filter((outcome) => outcome.result === result).length;
  const failed = failures(report);
  const note =
    failed.length > 0
      ? `failed: ${failed.map(nameOf).join(', ')}`
      : `${count('pass')} checks passed${count('waived') > 0 ? `, ${count('waived')} waived` : ''}`;
  return testOutput(
    {
      successes: count('pass'),
      failures: count('fail'),
      warnings: count('warn') + count('waived'),
      errors: count('error'),
    },
    note,
    now,
  );
}
