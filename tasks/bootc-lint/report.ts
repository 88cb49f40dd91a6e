import { testOutput } from '#lib/konflux';
import { FailedStepError, implement, type StepLog } from '#lib/step';
import { printable } from '#lib/text';
import { judgeLint, type Verdict } from './judge-lint.ts';
import { parseLint } from './parse-lint.ts';
import { readLeft, UnreadableOutputError } from './read-left.ts';
import { task } from './task.ts';

/** bootc tells five of each kind that it finds, all of them with --no-truncate. */
const OUTPUT = { bytes: 1024 * 1024, lines: 10_000 };
const NUMBER = { bytes: 16, lines: 1 };
/** Lines of one finding that are told. */
const MOST_LINES = 50;

export default implement(task.steps.report, async ({ params, workspaces, log }) => {
  const verdict = await verdictOf(workspaces);
  const { error, findings, successes, failures, warnings } = verdict;
  if (params.LINT_ARGS.length > 0) log.info(`bootc was given ${params.LINT_ARGS.join(' ')}`);
  tell(log, verdict);
  const TEST_OUTPUT = testOutput(
    { successes, failures, warnings, errors: error === undefined ? 0 : 1 },
    error ?? (findings.length > 0 ? `bootc container lint: ${names(verdict)}` : 'bootc container lint'),
  );
  if (error !== undefined) throw new FailedStepError(`no verdict of bootc: ${error}`, { TEST_OUTPUT });
  if (failures > 0 && params.ON_FAILURE === 'fail')
    throw new FailedStepError(`bootc container lint failed: ${names(verdict)}`, { TEST_OUTPUT });
  return { TEST_OUTPUT };
});

async function verdictOf(
  left: Readonly<Record<'stdout' | 'stderr' | 'exit-code', string>>,
): Promise<Verdict> {
  try {
    const code = await readLeft(left['exit-code'], 'the exit code of bootc', NUMBER);
    if (!/^-?\d{1,3}\n?$/.test(code)) throw new UnreadableOutputError('the exit code of bootc is no number');
    const [stdout, stderr] = await Promise.all([
      readLeft(left.stdout, 'the output of bootc', OUTPUT),
      readLeft(left.stderr, 'the standard error of bootc', OUTPUT),
    ]);
    return judgeLint(Number(code), parseLint(stdout, stderr));
  } catch (error) {
    if (!(error instanceof UnreadableOutputError)) throw error;
    return { successes: 0, failures: 0, warnings: 0, findings: [], error: error.message };
  }
}

function names({ findings }: Verdict): string {
  return printable([...new Set(findings.map(({ lint }) => lint))].join(', '));
}

function tell(log: StepLog, { findings, successes, failures, warnings }: Verdict): void {
  for (const { kind, lint, lines } of findings) {
    const [message = '', ...rest] = lines;
    log.info(`${kind === 'failed' ? 'FAIL' : 'warn'}  ${lint}: ${printable(message)}`);
    for (const line of rest.slice(0, MOST_LINES)) log.info(`        ${printable(line.trim())}`);
    if (rest.length > MOST_LINES) log.info(`        … and ${rest.length - MOST_LINES} lines more`);
  }
  log.info(`${successes} passed, ${failures} failed, ${warnings} warnings, by the image's own bootc`);
}
