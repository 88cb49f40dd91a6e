/** A lint of bootc's that did not pass; what it says is the image's own word. */
export interface LintFinding {
  readonly kind: 'failed' | 'warning';
  readonly lint: string;
  /** The message, then lines of what was found. */
  readonly lines: readonly string[];
}

/** What `bootc container lint` has said, before it is weighed. */
export interface LintOutput {
  readonly findings: readonly LintFinding[];
  readonly passed: number | undefined;
  readonly skipped: number;
  readonly warnings: number;
  /** Undefined where it does not say that checks failed. */
  readonly failed: number | undefined;
  /** The error that it ended with, where that is not the number of failed checks. */
  readonly error: string | undefined;
  /** The first line on its standard output that no version of bootc writes there. */
  readonly unknown: string | undefined;
}

/**
 * Reads what `bootc container lint` writes, in each form that it has had (bootc-dev/bootc, crates/lib/src/lints.rs, before
 * 2025-07 lib/src/lints.rs):
 *
 * - since 2024-05 (`lint`): `Checks passed: 2` on stdout, or the first failure alone as an error;
 * - since 2025-01 (`lint`): `Failed lint: name: …`, then `Lint warning: name: …` on stderr, `Warnings: 1` on stdout,
 *   `Checks failed: 1` as an error;
 * - since 2025-02-07 (`lint_inner`): these lines on stdout, and `Checks skipped: 1`;
 * - since 2025-05 (`format_items`): a heading and indented lines for what was found, `  ...and 3 more` at their end.
 *
 * An error is written to stderr: `error: Linting: …` (`run_main`, crates/utils), before 2025-05 by tracing as
 * ` ERROR Linting: …`, coloured.
 */
export function parseLint(stdout: string, stderr: string): LintOutput {
  const findings: { kind: LintFinding['kind']; lint: string; lines: string[] }[] = [];
  const counts = new Map<string, number>();
  let error: string | undefined;
  let unknown: string | undefined;
  const read = (text: string, isStdout: boolean) => {
    let open: string[] | undefined;
    for (const line of plainLines(text)) {
      const finding = /^(?<kind>Failed lint|Lint warning): (?<lint>[a-z0-9-]{1,64}): ?(?<rest>.*)$/.exec(
        line,
      );
      const count = /^(?<name>Checks passed|Checks skipped|Warnings): (?<number>\d{1,6})$/.exec(line);
      const problem = isStdout ? null : /^\s*(?:error:|ERROR)\s+(?<text>.*)$/.exec(line);
      // On stdout the counts come last, and each once.
      const isOut = isStdout && (count ? counts.has(count.groups?.name ?? '') : counts.size > 0);
      if (isOut && line.trim() !== '') {
        unknown ??= line;
      } else if (finding) {
        const { kind, lint = '', rest = '' } = finding.groups ?? {};
        open = [rest];
        findings.push({ kind: kind === 'Failed lint' ? 'failed' : 'warning', lint, lines: open });
      } else if (count && isStdout) {
        open = undefined;
        counts.set(count.groups?.name ?? '', Number(count.groups?.number));
      } else if (problem) {
        open = undefined;
        // The last error is the one that it ended with; earlier ones may be of anything else.
        error = problem.groups?.text ?? '';
      } else if (line.trim() !== '') {
        // The line continues the message above it; stderr may have warnings of anything else.
        if (open) open.push(line);
        else if (isStdout) unknown ??= line;
      }
    }
  };
  read(stdout, true);
  read(stderr, false);
  const failed = /^Linting: Checks failed: (?<number>\d{1,6})$/.exec(error ?? '')?.groups?.number;
  return {
    findings,
    passed: counts.get('Checks passed'),
    skipped: counts.get('Checks skipped') ?? 0,
    warnings: counts.get('Warnings') ?? 0,
    failed: failed === undefined ? undefined : Number(failed),
    error: failed === undefined ? error : undefined,
    unknown,
  };
}

function plainLines(text: string): readonly string[] {
  // Only colours go, which tracing writes to what is no terminal, too: any other control is not bootc's, and is told.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are controls
  return text.replaceAll(/\x1b\[[0-9;]*m/g, '').split(/\r?\n/);
}
