import { printable } from '#lib/text';
import { limits } from '../limits.ts';
import type { Outcome } from '../run-checks.ts';
import type { Checked } from './checked.ts';

/**
 * JUnit's XML, as CI systems read it: a suite for each image and platform and one for the image as a whole, a case for
 * each check. A warning passes, with what was found as its output; so does a waived finding.
 */
export function junit(images: readonly Checked[]): string {
  const suites = images.flatMap(suitesOf);
  const all = suites.flatMap(({ cases }) => cases);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="bootc-catalog check" ${counts(all)}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${escaped(name)}" ${counts(cases)}>`,
      ...cases.map((one) => caseXml(name, one)),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}
type Case = Pick<Outcome, 'id' | 'result' | 'messages' | 'reason'>;

function suitesOf(one: Checked): Suite[] {
  if ('error' in one)
    return [{ name: one.image, cases: [{ id: 'image', result: 'error', messages: [one.error] }] }];
  return [...Map.groupBy(one.report.checks, ({ arch }) => arch)].map(([arch, cases]) => ({
    name: arch === undefined ? one.image : `${one.image} ${arch}`,
    cases,
  }));
}

function counts(cases: readonly Case[]): string {
  const count = (result: Case['result']) => cases.filter((one) => one.result === result).length;
  return `tests="${cases.length}" failures="${count('fail')}" errors="${count('error')}" skipped="${count('skip')}"`;
}

function caseXml(suite: string, { id, result, messages, reason }: Case): string {
  const head = `    <testcase classname="${escaped(suite)}" name="${escaped(id)}"`;
  if (result === 'pass') return `${head}/>`;
  const text = messages.map((message) => escaped(message)).join('\n');
  const first = escaped(messages[0] ?? '');
  const because = reason === undefined ? '' : `waived: ${escaped(reason)}\n`;
  const inner = {
    fail: `<failure message="${first}">${text}</failure>`,
    error: `<error message="${first}">${text}</error>`,
    skip: `<skipped message="${first}"/>`,
    warn: `<system-out>${text}</system-out>`,
    waived: `<system-out>${because}${text}</system-out>`,
  }[result];
  return `${head}>\n      ${inner}\n    </testcase>`;
}

/** `printable` leaves no character that XML 1.0 does not have but U+FFFE and U+FFFF. */
function escaped(text: string): string {
  return printable(text, limits.text)
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
