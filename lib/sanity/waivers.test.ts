import { expect, test } from 'vitest';
import type { Check } from './check-definition.ts';
import { verdict } from './report.ts';
import { reportLines } from './report-lines.ts';
import { runChecks } from './run-checks.ts';
import { InvalidWaiverError, parseWaivers } from './waivers.ts';

const texts = { description: '', looksAt: '', why: '', mend: '' };
const found: Check = {
  id: 'found',
  severity: 'fail',
  ...texts,
  platform: ({ arch }) => (arch === 'aarch64' ? ['bad'] : []),
};
const blind: Check = {
  id: 'blind',
  severity: 'warn',
  ...texts,
  image: () => ['odd', { unseen: '/x: too large' }],
};
const facts = {
  reference: 'quay.io/a/b:1',
  digest: 'sha256:0',
  expected: [],
  unread: [],
  composes: [],
  platforms: [{ arch: 'x86_64' }, { arch: 'aarch64' }] as never,
};
const known = ['found', 'blind'];
const noon = new Date('2026-11-26T12:00:00Z');

test.for([
  'found=known since May',
  'found@aarch64=known',
  'found@arm64=known by the other name',
  'found=known;until=2026-11-26',
  'found=known; see #12 ; until=2027-01-31 ',
])('%j waives it, and says why', (text) => {
  const report = runChecks([found], facts, parseWaivers([text], known), noon);

  expect(verdict(report)).toMatchObject({ result: 'WARNING', failures: 0 });
  expect(reportLines(report).join('\n')).toMatch(/waived found@aarch64: bad \(waived: known(?! *;until)/);
  expect(report.checks.find(({ result }) => result === 'waived')).toMatchObject({ waives: 'fail' });
  expect(report.unusedWaivers).toEqual([]);
});

test('a waiver holds on its last day, in UTC, and not after it', () => {
  const waivers = parseWaivers(['found=known;until=2026-11-26'], known);
  const at = (time: string) => verdict(runChecks([found], facts, waivers, new Date(time))).result;

  expect(at('2026-11-26T23:59:59.999Z')).toBe('WARNING');
  expect(at('2026-11-27T00:00:00Z')).toBe('FAILURE');
  expect(at('2026-11-26T23:00:00-02:00')).toBe('FAILURE');
});

test('an expired waiver fails and says so', () => {
  const waivers = parseWaivers(['found=known;until=2026-11-25'], known);

  const report = runChecks([found], facts, waivers, noon);

  expect(verdict(report, noon)).toMatchObject({ result: 'FAILURE', note: 'failed: found@aarch64' });
  expect(reportLines(report)).toContain('FAIL found@aarch64: the waiver found expired on 2026-11-25: known');
  expect(reportLines(report)).toContain('FAIL found@aarch64: bad');
});

test('of a check that only warns, too', () => {
  const waivers = parseWaivers(['found=known;until=2026-11-25'], known);

  const report = runChecks([{ ...found, severity: 'warn' }], facts, waivers, noon);

  expect(verdict(report, noon)).toMatchObject({ result: 'FAILURE', note: 'failed: found@aarch64' });
});

test('beside one that has expired another one holds', () => {
  const waivers = parseWaivers(['found=old;until=2026-11-25', 'found=new;until=2026-12-01'], known);

  const report = runChecks([found], facts, waivers, noon);

  expect(report.checks.find(({ result }) => result === 'waived')).toMatchObject({ reason: 'new' });
});

test('what could not be looked at is waived as a finding is, and the report says which it was', () => {
  const without = runChecks([blind], facts);
  const waived = runChecks([blind], facts, parseWaivers(['blind=known to be large'], known));

  expect(verdict(without)).toMatchObject({ result: 'ERROR' });
  expect(without.checks).toMatchObject([
    { result: 'error', messages: ['odd', 'could not look: /x: too large'] },
  ]);
  expect(verdict(waived)).toMatchObject({ result: 'WARNING' });
  expect(waived.checks).toMatchObject([{ result: 'waived', waives: 'error' }]);
  expect(reportLines(waived)).toContain(
    'waived blind: could not look: /x: too large (waived without a look: known to be large)',
  );
});

test('a waiver for another architecture waives nothing, and is told as unused', () => {
  const report = runChecks([found], facts, parseWaivers(['found@s390x=x'], known));

  expect(verdict(report).result).toBe('FAILURE');
  expect(report.unusedWaivers).toEqual(['found@s390x']);
});

test.for([
  'found',
  'found=',
  'found= ',
  '=why',
  'foud=typo',
  'found=;until=2027-01-31',
  'found=known;until=',
  'found=known;until=tomorrow',
  'found=known;until=2027-02-30',
  'found=known;until=2027-1-31',
  'found=known;until=2027-01-31T00:00:00Z',
  'found=known;until=31.01.2027',
  'found=known;until=2027-01-31;and more',
  'found=known;UNTIL=2027-13-01',
])('refuses the waiver %j', (text) => {
  expect(() => parseWaivers([text], known)).toThrow(InvalidWaiverError);
});
