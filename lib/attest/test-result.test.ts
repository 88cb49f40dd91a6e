import { expect, test } from 'vitest';
import {
  createMemoryTarget,
  type Descriptor,
  digestOf,
  fetchBytes,
  fetchManifest,
  isIndex,
  packLayer,
  pushArtifact,
  pushImage,
} from '#lib/oci';
import { attach, attachTestResult, type TestResult, testResultsOf } from './index.ts';
import { STATEMENT_MEDIA_TYPE } from './statement.ts';

const verdict: TestResult = {
  name: 'sanity-check',
  result: 'FAILED',
  run: 'one',
  report: digestOf('report'),
  passed: ['platforms'],
  warned: [],
  failed: ['kernel-initramfs@s390x'],
};

async function image() {
  const target = createMemoryTarget();
  const push = async (content: string) =>
    pushImage(target, {
      config: { os: 'linux', architecture: 'amd64' },
      layers: [await packLayer([{ path: 'a', content }])],
    });
  return { target, subject: await push('a'), other: await push('b') };
}

// policy/release/test_attestation/test_attestation.rego and policy/lib/intoto/intoto.rego of conforma/policy.
test('a verdict is attached in the form that Conforma reads, once', async () => {
  const { target, subject } = await image();

  const first = await attachTestResult(target, subject, verdict);
  const second = await attachTestResult(target, subject, verdict);

  const [referrer, ...others] = await target.referrers(subject);
  expect(others).toEqual([]);
  expect([second.digest, referrer?.digest]).toEqual([first.digest, first.digest]);
  expect(referrer?.artifactType).toBe('application/vnd.in-toto+json');
  const manifest = await fetchManifest(target, first);
  const [layer] = isIndex(manifest) ? [] : manifest.layers;
  if (layer === undefined) throw new Error('there is no layer');
  expect(JSON.parse(Buffer.from(await fetchBytes(target, layer)).toString())).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: target.name, digest: { sha256: subject.digest.slice(7) } }],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: 'FAILED',
      configuration: [
        {
          name: 'sanity-check',
          digest: { sha256: verdict.report.slice(7) },
          mediaType: 'application/json',
          annotations: { run: 'one' },
        },
      ],
      successes: 1,
      failures: 1,
      warnings: 0,
      passedTests: ['platforms'],
      warnedTests: [],
      failedTests: ['kernel-initramfs@s390x'],
    },
  });
});

test('what was attached is read back; another predicate, and a statement of another digest, are no verdict', async () => {
  const { target, subject, other } = await image();
  await attachTestResult(target, subject, verdict);
  await attachTestResult(target, other, { ...verdict, result: 'PASSED' });
  const [ofOther] = await target.referrers(other);
  if (ofOther === undefined) throw new Error('nothing is attached');
  const manifest = await fetchManifest(target, ofOther);
  const [layer] = isIndex(manifest) ? [] : manifest.layers;
  if (layer === undefined) throw new Error('there is no layer');
  const moved = Buffer.from(await fetchBytes(target, layer));
  await attachText(target, subject, moved);
  await attachText(target, subject, Buffer.from('{"predicateType":"https://slsa.dev/provenance/v1"}'));

  expect(await testResultsOf(target, subject)).toEqual([
    {
      name: 'sanity-check',
      run: 'one',
      result: 'FAILED',
      failures: 1,
      passed: verdict.passed,
      warned: [],
      failed: verdict.failed,
    },
  ]);
});

test.for([
  ['{', 'is no JSON'],
  ['{"predicateType":"https://in-toto.io/attestation/test-result/v0.1"}', 'is no test result: _type'],
] as const)('%j, where a verdict should be, is an error and not none', async ([text, message]) => {
  const { target, subject } = await image();
  await attachText(target, subject, Buffer.from(text));

  await expect(testResultsOf(target, subject)).rejects.toThrow(message);
});

test('a statement without a layer, or with one that is too large, is an error', async () => {
  const { target, subject, other } = await image();
  await pushArtifact(target, { artifactType: STATEMENT_MEDIA_TYPE, subject, parts: [] });
  await attachText(target, other, Buffer.alloc(1024 * 1024 + 1, ' '));

  await expect(testResultsOf(target, subject)).rejects.toThrow('it has no predicateType');
  await expect(testResultsOf(target, other)).rejects.toThrow('1048576 bytes at most');
});

function attachText(
  target: Awaited<ReturnType<typeof image>>['target'],
  subject: Descriptor,
  content: Buffer,
) {
  return attach(target, subject, { mediaType: STATEMENT_MEDIA_TYPE, title: 'statement.json', content });
}
