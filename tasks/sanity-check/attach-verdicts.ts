import { attachTestResult, type TestResult } from '#lib/attest';
import { type Digest, digestOf, type Options, type Target } from '#lib/oci';
import { type ImageFacts, nameOf, type Outcome, type Report } from '#lib/sanity';

/** By it policies, and compose-gate, know these verdicts. */
const NAME = 'sanity-check';

interface Context extends Options {
  /** The run that the verdicts are of. */
  readonly run: string;
}

/**
 * Attaches to the image what its checks say, and to each of its platforms what those of this platform say, so that one
 * that failed can be told from the rest. The image's own comes last: where it is, all are.
 */
export async function attachVerdicts(
  target: Target,
  facts: ImageFacts,
  report: Report,
  { bytes, run, ...options }: Context & { readonly bytes: string },
): Promise<void> {
  const shared = { name: NAME, run, report: digestOf(bytes) };
  for (const { digest, arch } of facts.platforms) {
    if (digest === facts.digest) continue;
    const outcomes = report.checks.filter((outcome) => outcome.arch === arch);
    const subject = await target.resolve(digest, options);
    await attachTestResult(target, subject, { ...shared, ...judged(outcomes) }, options);
  }
  const subject = await target.resolve(facts.digest, options);
  await attachTestResult(target, subject, { ...shared, ...judged(report.checks) }, options);
}

/** That an image could not be looked at: its verdict is an error, never none where there was one. */
export async function attachError(
  target: Target,
  digest: Digest,
  why: string,
  { run, ...options }: Context,
): Promise<void> {
  const subject = await target.resolve(digest, options);
  const nothing = { passed: [], warned: [], failed: [] };
  const result = { name: NAME, run, report: digestOf(why), result: 'ERROR', ...nothing } as const;
  await attachTestResult(target, subject, result, options);
}

/** The verdict on the whole image as one word. */
export function wordOf(report: Report): TestResult['result'] {
  return judged(report.checks).result;
}

function judged(outcomes: readonly Outcome[]): Pick<TestResult, 'result' | 'passed' | 'warned' | 'failed'> {
  const named = (...results: readonly Outcome['result'][]) =>
    outcomes.filter(({ result }) => results.includes(result)).map(nameOf);
  const errors = named('error');
  const [passed, warned, failed] = [named('pass'), named('warn', 'waived'), named('fail')];
  const result =
    errors.length > 0 ? 'ERROR' : failed.length > 0 ? 'FAILED' : warned.length > 0 ? 'WARNED' : 'PASSED';
  return { result, passed, warned, failed: [...failed, ...errors] };
}
