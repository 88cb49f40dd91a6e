import { expect, test } from 'vitest';
import type { Check } from './check-definition.ts';
import { reportLines, verdict } from './report.ts';
import { runChecks } from './run-checks.ts';
import { InvalidWaiverError, parseWaivers } from './waivers.ts';

const found: Check = {
  id: 'found',
  severity: 'fail',
  description: '',
  platform: ({ arch }) => (arch === 'aarch64' ? ['bad'] : []),
};
const warned: Check = { id: 'warned', severity: 'warn', description: '', image: () => ['odd'] };
const facts = {
  reference: 'quay.io/a/b:1',
  digest: 'sha256:0',
  expected: [],
  compose: undefined,
  platforms: [{ arch: 'x86_64' }, { arch: 'aarch64' }] as never,
};
const known = ['found', 'warned'];

test('a failed check is named with its architecture', () => {
  const report = runChecks([found, warned], facts);

  expect(verdict(report, new Date(0))).toEqual({
    result: 'FAILURE',
    timestamp: '1970-01-01T00:00:00.000Z',
    note: 'failed: found@aarch64',
    namespace: 'default',
    successes: 1,
    failures: 1,
    warnings: 1,
  });
  expect(reportLines(report)).toEqual([
    'quay.io/a/b:1@sha256:0',
    'check   severity  x86_64  aarch64',
    'found   fail      ok      FAIL',
    'warned  warn      warn    warn',
    'FAIL found@aarch64: bad',
    'warn warned: odd',
  ]);
});

test.for(['found=known since May', 'found@aarch64=known', 'found@arm64=by the other name'])(
  '%s waives it, and says why',
  (text) => {
    const report = runChecks([found, warned], facts, parseWaivers([text], known));

    expect(verdict(report)).toMatchObject({ result: 'WARNING', failures: 0 });
    expect(reportLines(report).join('\n')).toMatch(/waived found@aarch64: bad \(waived: (?:known|by)/);
  },
);

test('a waiver for another architecture waives nothing, and is told as unused', () => {
  const report = runChecks([found], facts, parseWaivers(['found@s390x=x'], known));

  expect(verdict(report).result).toBe('FAILURE');
  expect(report.unusedWaivers).toEqual(['found@s390x']);
});

test.for(['found', 'found=', 'found= ', '=why', 'foud=typo'])('refuses the waiver %j', (text) => {
  expect(() => parseWaivers([text], known)).toThrow(InvalidWaiverError);
});
