import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { casesOfImage } from '#test/conforma/cases-of-image';
import { casesOfProvenance } from '#test/conforma/cases-of-provenance';
import { casesOfTasks } from '#test/conforma/cases-of-tasks';
import { goodEvidence, goodStatement } from '#test/conforma/good-run';
import { checkPolicy, leftOut, parsePolicy, parsePolicyData, rules } from './index.ts';

const folder = join(import.meta.dirname, '../../docs/conforma');
const policyText = readFileSync(join(folder, 'fedora-bootc.yaml'), 'utf8');
const dataText = readFileSync(join(folder, 'data/required_tasks.yaml'), 'utf8');
const policy = parsePolicy(policyText, 'policy');
const data = parsePolicyData(dataText, 'data');
const now = new Date('2026-11-27T00:00:00Z');

const cases = [...casesOfProvenance, ...casesOfTasks, ...casesOfImage];

const strict = (ruleData: object = {}) =>
  parsePolicy(policyText, 'policy').map((one) => ({
    ruleData: { ...one.ruleData, ...ruleData },
    choice: { include: ['@redhat', '@slsa3'], exclude: [] },
  }));
test('a run that went well passes the policy of Fedora', () => {
  expect(checkPolicy(goodEvidence(goodStatement()), policy, [data], now)).toEqual([]);
});

test('without the exceptions of Fedora a build in containers and without an image of sources does not pass', () => {
  const denied = checkPolicy(goodEvidence(goodStatement()), strict(), [data], now);

  expect(denied.map(({ rule }) => rule)).toEqual([
    'tasks.required_tasks_found',
    'buildah_build_task.privileged_nested_param',
    'source_image.exists',
  ]);
});

test.for(cases)(
  '$rule: $says',
  ({ rule, run: change, evidence = {}, ruleData, data: other = data, says }) => {
    const run = goodStatement();
    change?.(run);

    const found = checkPolicy(
      { ...goodEvidence(run), ...evidence },
      strict(ruleData),
      [{ ...data, ...other }],
      now,
    );

    const told = found.filter((one) => one.rule === rule);
    expect(told.map(({ message }) => message).join('\n')).toContain(says);
    const isWarning = rules.find(({ name }) => name === rule)?.warns ?? false;
    expect(told.every((one) => one.isWarning === isWarning)).toBe(true);
  },
);

test('each rule is broken by a case, and is not named among those left out', () => {
  expect([...new Set(cases.map(({ rule }) => rule))].toSorted()).toEqual(
    rules.map(({ name }) => name).toSorted(),
  );
  const names = rules.flatMap(({ name }) => [name, name.split('.')[0] ?? '']);
  expect(Object.keys(leftOut).filter((name) => names.includes(name))).toEqual([]);
});
