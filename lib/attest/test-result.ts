import * as z from 'zod';
import {
  type Descriptor,
  type Digest,
  fetchBytes,
  fetchManifest,
  InvalidManifestError,
  isIndex,
  type Options,
  type ReadableTarget,
  type Target,
} from '#lib/oci';
import { attach, jsonAttachment } from './attach.ts';
import { InvalidProvenanceError } from './errors.ts';
import { DigestSet, digestSet, problemsOf, STATEMENT_MEDIA_TYPE, STATEMENT_TYPE } from './statement.ts';

/** spec/predicates/test-result.md of in-toto/attestation; the counts and ERROR are Conforma's (policy/release/test_attestation). */
export const TEST_RESULT_PREDICATE_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';

/** What one test said of one image. */
export interface TestResult {
  /** Name of the test, by which policies know it. */
  readonly name: string;
  readonly result: 'PASSED' | 'WARNED' | 'FAILED' | 'ERROR';
  /** The run that it is of; empty where it is of none. */
  readonly run: string;
  /** The digest of the whole report. */
  readonly report: Digest;
  readonly passed: readonly string[];
  readonly warned: readonly string[];
  readonly failed: readonly string[];
}

/** As it is read: a result that is none of ours stays what it says. */
export interface FoundTestResult extends Omit<TestResult, 'result' | 'report'> {
  readonly result: string;
  readonly failures: number;
}

/** A statement is a few kilobytes; more is nobody's verdict. */
const MAX_STATEMENT = 1024 * 1024;

const names = z.array(z.string()).default([]);
const Statement = z.looseObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.looseObject({ digest: DigestSet })).min(1),
  predicateType: z.literal(TEST_RESULT_PREDICATE_TYPE),
  predicate: z.looseObject({
    result: z.string(),
    configuration: z
      .tuple(
        [
          z.looseObject({
            name: z.string(),
            annotations: z.looseObject({ run: z.string().default('') }).default({ run: '' }),
          }),
        ],
        z.unknown(),
      )
      .readonly(),
    failures: z.number().default(0),
    passedTests: names,
    warnedTests: names,
    failedTests: names,
  }),
});

/**
 * Attaches what a test said to the very digest that it is about: an in-toto statement as an OCI referrer, unsigned, as
 * Conforma takes it. The same verdict is attached once.
 */
export async function attachTestResult(
  target: Target,
  subject: Descriptor,
  result: TestResult,
  options: Options = {},
): Promise<Descriptor> {
  const statement = statementOf(target.name, subject, result);
  const attachment = jsonAttachment(STATEMENT_MEDIA_TYPE, `${result.name}.test-result.json`, statement, {
    'in-toto.io/predicate-type': TEST_RESULT_PREDICATE_TYPE,
  });
  return (await attach(target, subject, attachment, options)).descriptor;
}

function statementOf(name: string, subject: Descriptor, test: TestResult): object {
  const { passed, warned, failed } = test;
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name, digest: digestSet(subject.digest) }],
    predicateType: TEST_RESULT_PREDICATE_TYPE,
    predicate: {
      result: test.result,
      configuration: [
        {
          name: test.name,
          digest: digestSet(test.report),
          mediaType: 'application/json',
          annotations: { run: test.run },
        },
      ],
      successes: passed.length,
      failures: failed.length,
      warnings: warned.length,
      passedTests: passed,
      warnedTests: warned,
      failedTests: failed,
    },
  };
}

/**
 * The verdicts on a digest. What is attached there and is no test result, or one of another digest, is none; what calls
 * itself a statement and cannot be read is an error, for it may be the one that counts.
 *
 * @throws {InvalidProvenanceError}
 */
export async function testResultsOf(
  target: ReadableTarget,
  subject: Descriptor,
  options: Options = {},
): Promise<readonly FoundTestResult[]> {
  const referrers = await target.referrers(subject, { ...options, artifactType: STATEMENT_MEDIA_TYPE });
  const found: FoundTestResult[] = [];
  for (const referrer of referrers) {
    const what = `${referrer.digest}, attached to ${target.name}@${subject.digest},`;
    const value = parseJson(await statementIn(target, referrer, what, options), what);
    if (!isTestResult(value, what)) continue;
    const parsed = Statement.safeParse(value);
    if (!parsed.success) {
      throw new InvalidProvenanceError(`${what} is no test result: ${problemsOf(parsed.error)}`);
    }
    const { subject: subjects, predicate } = parsed.data;
    if (!subjects.some(({ digest }) => isOf(digest, subject.digest))) continue;
    const [{ name, annotations }] = predicate.configuration;
    found.push({
      name,
      run: annotations.run,
      result: predicate.result,
      failures: predicate.failures,
      passed: predicate.passedTests,
      warned: predicate.warnedTests,
      failed: predicate.failedTests,
    });
  }
  return found;
}

async function statementIn(
  target: ReadableTarget,
  referrer: Descriptor,
  what: string,
  options: Options,
): Promise<string> {
  const manifest = await fetchManifest(target, referrer, options);
  // The first layer, as Conforma reads it.
  const [layer] = isIndex(manifest) ? [] : manifest.layers;
  if (layer === undefined || layer.size > MAX_STATEMENT) {
    throw new InvalidManifestError(
      `${what} is no statement: its first layer has ${MAX_STATEMENT} bytes at most`,
    );
  }
  return Buffer.from(await fetchBytes(target, layer, options)).toString('utf8');
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidProvenanceError(`${what} is no JSON`, { cause });
  }
}

/** @throws {InvalidProvenanceError} for what says no predicate at all */
function isTestResult(value: unknown, what: string): boolean {
  const type = (value as { readonly predicateType?: unknown } | null)?.predicateType;
  if (typeof type === 'string') return type === TEST_RESULT_PREDICATE_TYPE;
  throw new InvalidProvenanceError(`${what} is no statement: it has no predicateType`);
}

function isOf(set: Readonly<Record<string, string>>, digest: Digest): boolean {
  const [algorithm = '', value] = digest.split(':');
  return set[algorithm] === value;
}
