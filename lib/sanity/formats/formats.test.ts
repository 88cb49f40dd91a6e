import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { run } from '#lib/process';
import { imageFacts } from '#test/images/image-facts';
import { sarifSchema } from '#test/schemas/sarif';
import { checks } from '../checks/index.ts';
import { runChecks } from '../run-checks.ts';
import { parseWaivers } from '../waivers.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { sarif } from './sarif.ts';

function images() {
  const facts = imageFacts([
    { files: { 'boot/vmlinuz': 'k', 'var/log/x': 'y', tmp: undefined } },
    {
      platform: 'linux/s390x',
      configArchitecture: 's390x',
      packages: { kind: 'unreadable', why: 'two <differ>' },
    },
  ]);
  const waivers = parseWaivers(
    ['api-base-directories=known', 'kernel=unused'],
    checks.map(({ id }) => id),
  );
  return [
    { image: 'quay.io/a/b:1', report: runChecks(checks, { ...facts, reference: 'quay.io/a/b:1' }, waivers) },
    { image: 'oci:there is none', error: 'there is no OCI layout' },
  ];
}

test('JUnit is XML with a suite for each platform and a case for each check', async () => {
  const xml = junit(images());

  const { stdout } = await run('python3', ['-c', count], { input: xml });
  const { suites, ...totals } = JSON.parse(stdout);
  expect(suites).toEqual([
    'quay.io/a/b:1',
    'quay.io/a/b:1 aarch64',
    'quay.io/a/b:1 s390x',
    'oci:there is none',
  ]);
  expect(totals.cases).toBe(totals.tests);
  expect(totals.failure).toBe(totals.failures);
  expect(totals.error).toBe(totals.errors);
  expect(totals.skipped).toBe(totals.skips);
  expect(totals.failure).toBeGreaterThan(1);
  expect(totals.error).toBe(3);
});

/** A reader of XML that is not ours. */
const count = `
import sys, json, xml.etree.ElementTree as E
root = E.fromstring(sys.stdin.buffer.read())
assert root.tag == 'testsuites'
n = lambda tag: len(root.findall('.//' + tag))
print(json.dumps(dict(
  suites=[s.get('name') for s in root], cases=n('testcase'), failure=n('failure'), error=n('error'), skipped=n('skipped'),
  tests=int(root.get('tests')), failures=int(root.get('failures')), errors=int(root.get('errors')), skips=int(root.get('skipped')))))
`;

test('SARIF is as its schema has it, with a rule for each check', async () => {
  const log = JSON.parse(sarif(images(), checks));

  const validate = new Ajv({ allErrors: true }).compile(sarifSchema);
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  const [{ tool, results, invocations }] = log.runs;
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(checks.map(({ id }) => id));
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  expect(results).toContainEqual(
    expect.objectContaining({
      ruleId: 'boot-var-empty',
      level: 'error',
      message: { text: '/boot/vmlinuz should not be in the image' },
    }),
  );
  expect(results).toContainEqual(
    expect.objectContaining({
      ruleId: 'api-base-directories',
      suppressions: [{ kind: 'external', justification: 'known' }],
    }),
  );
  expect(invocations).toMatchObject([
    { executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }] },
  ]);
});

test('Markdown has a table of all checks and every finding in words', async () => {
  const page = markdown(images());

  expect(page).toContain('## quay.io/a/b:1\n\n**ERROR** sha256:0');
  expect(page).toContain('| boot-var-empty | fail | FAIL | ok |');
  expect(page).toContain('- FAIL boot-var-empty&#64;aarch64: /boot/vmlinuz should not be in the image');
  expect(page).toContain('- unused waiver: kernel');
  expect(page).toContain('**ERROR**: there is no OCI layout');
});
