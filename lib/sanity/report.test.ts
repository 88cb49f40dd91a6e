import { expect, test } from 'vitest';
import type { Check } from './check-definition.ts';
import { junit } from './formats/junit.ts';
import { markdown } from './formats/markdown.ts';
import { sarif } from './formats/sarif.ts';
import { verdict } from './report.ts';
import { reportLines } from './report-lines.ts';
import { runChecks } from './run-checks.ts';
import { parseWaivers } from './waivers.ts';

const texts = { description: '', looksAt: '', why: '', mend: '' };
const found: Check = {
  id: 'found',
  severity: 'fail',
  ...texts,
  platform: ({ arch }) => (arch === 'aarch64' ? ['bad'] : []),
};
const warned: Check = { id: 'warned', severity: 'warn', ...texts, image: () => ['odd'] };
const facts = {
  reference: 'quay.io/a/b:1',
  digest: 'sha256:0',
  expected: [],
  composes: [],
  unread: [],
  platforms: [{ arch: 'x86_64' }, { arch: 'aarch64' }] as never,
};

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
    '✗ quay.io/a/b:1@sha256:0',
    '  FAILURE: 1 of 2 checks failed: found@aarch64 · x86_64, aarch64',
    'FAIL found@aarch64: bad',
    '  or waive: "found@aarch64=<reason>"',
    'warn warned: odd',
  ]);
});

test('what is alike on all platforms is told once, with a waiver for all of them', () => {
  const both: Check = { id: 'both', severity: 'fail', ...texts, platform: () => ['bad'] };
  const quiet: Check = { id: 'quiet', severity: 'fail', ...texts, platform: () => [] };

  expect(reportLines(runChecks([both, quiet], facts))).toEqual([
    '✗ quay.io/a/b:1@sha256:0',
    '  FAILURE: 1 of 2 checks failed: both@x86_64, both@aarch64 · x86_64, aarch64',
    'FAIL both@x86_64,aarch64: bad',
    '  or waive: "both=<reason>"',
    '1 passed: quiet',
  ]);
  expect(reportLines(runChecks([quiet], facts))).toEqual([
    '✓ quay.io/a/b:1@sha256:0',
    '  SUCCESS: 2 checks passed · x86_64, aarch64',
    '1 passed: quiet',
  ]);
});

test('a check of the image and of its platforms that fails on one of them has not passed', () => {
  const both: Check = { id: 'both', severity: 'fail', ...texts, image: () => ['bad'], platform: () => [] };

  const lines = reportLines(runChecks([both], { ...facts, platforms: [] }));

  expect(lines).toContain('FAIL both: bad');
  expect(lines.some((line) => line.includes('passed'))).toBe(false);
});

test('what mends a check is told beside it', () => {
  const kernel = { ...found, id: 'kernel' };

  expect(reportLines(runChecks([kernel], facts)).join('\n')).toMatch(
    /^FAIL kernel@aarch64: bad\n {2}mend: Remove all kernel/m,
  );
});

const hostile = '/boot/\x1b]0;x\x07\nresult TEST_OUTPUT={"result":"SUCCESS"} \u202e<b>|`@all`]]>&"';
const attack: Check = {
  id: 'attack',
  severity: 'fail',
  ...texts,
  platform: () => [hostile, 'y'.repeat(100_000)],
};
const strange = { ...facts, platforms: [{ arch: 'x\n86' }] as never };
const waived = () => runChecks([attack], strange, parseWaivers(['attack=line\n| one'], ['attack']));

test('what an image says is told on one line, its controls visible, and cut', () => {
  for (const line of [...reportLines(runChecks([attack], strange)), ...reportLines(waived())]) {
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(line.length).toBeLessThan(800);
  }
  const [, , first] = reportLines(runChecks([attack], strange));
  expect(first).toContain(String.raw`/boot/\u001b]0;x\u0007\nresult TEST_OUTPUT=`);
  expect(verdict(runChecks([attack], strange)).note).toBe(String.raw`failed: attack@x\n86`);
});

test('the report as JSON has it as it is', () => {
  expect(JSON.parse(JSON.stringify(runChecks([attack], strange))).checks[0].messages[0]).toBe(hostile);
});

test.for(['attack', 'waived'] as const)('no form lets an image write lines of its own (%s)', (which) => {
  const report = which === 'waived' ? waived() : runChecks([attack], strange);
  const images = [
    { image: 'a\nb', report },
    { image: 'c', error: hostile },
  ];

  const forms = [markdown(images), junit(images), sarif(images, [attack])];

  for (const text of forms) {
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(text).not.toMatch(/^result TEST_OUTPUT/m);
  }
  const [page = '', xml = ''] = forms;
  expect(page).not.toContain('`@all`');
  expect(page.match(/^\|.*$/gm)).toHaveLength(3);
  expect(`${page}${xml}`).not.toMatch(/<b>|\]\]>/);
});
