import { printable, quoted } from '#lib/text';
import type { LintFinding, LintOutput } from './parse-lint.ts';

export interface Verdict {
  readonly successes: number;
  readonly failures: number;
  readonly warnings: number;
  readonly findings: readonly LintFinding[];
  /** Why there is no verdict of bootc's: it could not run, or said something that is not understood. */
  readonly error?: string;
}

/** Weighs what bootc has said against how it ended. What does not fit together is an error, and never a pass. */
export function judgeLint(exitCode: number, said: LintOutput): Verdict {
  const { findings, passed, warnings, failed, error, unknown } = said;
  const count = (kind: LintFinding['kind']) => findings.filter((finding) => finding.kind === kind).length;
  const none = (reason: string): Verdict => ({
    successes: 0,
    failures: 0,
    warnings: 0,
    findings,
    error: reason,
  });
  if (exitCode !== 0 && exitCode !== 1) return none(`${endOf(exitCode)}${errorText(error)}`);
  if (unknown !== undefined)
    return none(`bootc said what no version of \`bootc container lint\` says: ${quoted(unknown)}`);
  if (count('warning') !== warnings && passed !== undefined)
    return none(`bootc counts ${warnings} warnings and tells ${count('warning')}`);
  if (exitCode === 0) {
    if (passed === undefined) return none('bootc ended well and said nothing of its checks');
    if (count('failed') > 0 || failed !== undefined || error?.startsWith('Linting: ') === true)
      return none('bootc told of failed checks and ended as if there were none');
    return { successes: passed, failures: 0, warnings, findings };
  }
  if (failed === undefined)
    return withoutCount(said) ?? none(`bootc did not get to its end${errorText(error)}`);
  // With --fatal-warnings bootc counts warnings as failed checks.
  if (failed === 0 || ![count('failed'), count('failed') + warnings].includes(failed))
    return none(`bootc counts ${failed} failed checks and tells ${count('failed')}`);
  return { successes: passed ?? 0, failures: failed, warnings, findings };
}

/** Until 2025-01 bootc ended at the first failed check, and told it as it tells errors of its own. */
function withoutCount({ findings, passed, error = '' }: LintOutput): Verdict | undefined {
  const message = /^Linting: (?<message>.+)$/.exec(error)?.groups?.message;
  if (message === undefined || passed !== undefined || findings.length > 0) return undefined;
  if (/^Unexpected runtime error|\(os error \d+\)/.test(message)) return undefined;
  const finding = { kind: 'failed', lint: 'lint', lines: [message] } as const;
  return { successes: 0, failures: 1, warnings: 0, findings: [finding] };
}

function errorText(error: string | undefined): string {
  return error === undefined ? '' : `: ${printable(error)}`;
}

/** What the shell, container runtimes and Tekton's entrypoint mean by an exit code. */
function endOf(exitCode: number): string {
  if (exitCode === 2) return 'bootc has no `container lint`, or not with these arguments';
  if (exitCode === 126 || exitCode === 127) return `bootc could not be started (exit code ${exitCode})`;
  // Go gives -1 for a program that a signal ended.
  if (exitCode < 0 || exitCode >= 128) return `bootc was killed, or could not run (exit code ${exitCode})`;
  return `bootc ended with exit code ${exitCode}, which it gives to nothing`;
}
