import { type TestOutput, testOutput } from '#lib/konflux';
import { printable } from '#lib/text';
import { limits } from './limits.ts';
import { failures, type Outcome, type Report, type Result } from './run-checks.ts';

export const signs: Readonly<Record<Result, string>> = {
  pass: 'ok',
  fail: 'FAIL',
  warn: 'warn',
  skip: '-',
  waived: 'waived',
  error: 'ERROR',
};

/** The worst of several outcomes is what a table shows. */
const worst: readonly Result[] = ['error', 'fail', 'warn', 'waived', 'pass', 'skip'];

/** Columns of a table of checks: one for each architecture, then a row for each check. */
export function tableRows(report: Report): { head: readonly string[]; rows: readonly (readonly string[])[] } {
  const arches = [...new Set(report.checks.flatMap(({ arch }) => (arch === undefined ? [] : [arch])))];
  const byId = Map.groupBy(report.checks, ({ id }) => id);
  const rows = [...byId].map(([id, outcomes]) => {
    const cells = arches.map((arch) =>
      signOf(outcomes.filter((one) => one.arch === arch || one.arch === undefined)),
    );
    // An image without platforms has no columns, and still a verdict on the whole.
    return [id, outcomes[0]?.severity ?? '', ...(arches.length === 0 ? [signOf(outcomes)] : cells)];
  });
  const names = arches.length === 0 ? ['image'] : arches.map((arch) => printable(arch, limits.arch));
  return { head: ['check', 'severity', ...names], rows };
}

function signOf(outcomes: readonly Outcome[]): string {
  const result = worst.find((one) => outcomes.some((outcome) => outcome.result === one));
  return result === undefined ? '' : signs[result];
}

/** Every finding in words. */
export function detailLines(report: Report): string[] {
  return report.checks
    .filter(({ result }) => result !== 'pass' && result !== 'skip')
    .flatMap(({ id, arch, result, messages, reason, waives }) => {
      const name = printable(nameOf({ id, arch }));
      const what = waives === 'error' ? 'waived without a look' : 'waived';
      const because = reason === undefined ? '' : ` (${what}: ${printable(reason)})`;
      const told = messages
        .slice(0, limits.told)
        .map((message) => `${signs[result]} ${name}: ${printable(message, limits.line)}${because}`);
      return messages.length > limits.told
        ? [...told, `${signs[result]} ${name}: and ${messages.length - limits.told} more`]
        : told;
    });
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
      ? `failed: ${failed
          .map(nameOf)
          .map((name) => printable(name))
          .join(', ')}`
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
