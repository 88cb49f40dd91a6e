import { expect, test } from 'vitest';
import { parsePolicy, parsePolicyData, trusting } from './policy.ts';
import { mergeDocuments, ruleDataOf } from './rule-data.ts';
import { isChosen } from './selection.ts';
import { satisfies } from './versions.ts';

const rule = { name: 'tasks.required_tasks_found', collections: ['redhat'] } as const;

// conforma/cli, internal/evaluator/filters.go, LegacyScore.
test.for<[include: string[], exclude: string[], terms: string[], isIt: boolean]>([
  [['*'], [], [], true],
  [['@redhat'], [], [], true],
  [['@slsa3'], [], [], false],
  [['@redhat'], ['tasks'], [], false],
  [['*'], ['tasks.*'], [], false],
  [['@redhat'], ['tasks.required_tasks_found'], [], false],
  [['@redhat'], ['tasks.required_tasks_found:clamav-scan'], ['clamav-scan'], false],
  [['@redhat'], ['tasks.required_tasks_found:clamav-scan'], ['clair-scan', 'roxctl-scan'], true],
  [['@redhat'], ['tasks.required_tasks_found:roxctl-scan'], ['clair-scan', 'roxctl-scan'], false],
  [['tasks.required_tasks_found:init'], ['tasks.required_tasks_found'], ['init'], true],
  [['@redhat', 'tasks'], ['tasks'], [], true],
  [['@redhat'], ['test'], [], true],
  [[], [], [], false],
])('of include %j and exclude %j, a finding about %j counts: %j', ([include, exclude, terms, isIt]) => {
  expect(isChosen(rule, terms, { include, exclude })).toBe(isIt);
});

test.for<[version: string, range: string, isIt: boolean]>([
  ['0.12.2', '>=0.12', true],
  ['0.9', '>=0.12', false],
  ['v1', '>1.0.0', false],
  ['1.0.1', '>1', true],
  ['0.12', '<=0.12.0', true],
  ['0.12.1', '<0.12', false],
  ['0.2', '<0.10', true],
  ['1.0', '1.0', false],
  ['latest', '>=0', false],
  ['1.0-rc1', '>=0', false],
])('version %s in %s: %j', ([version, range, isIt]) => {
  expect(satisfies(version, range)).toBe(isIt);
});

test('a policy is taken as the object of a cluster, and as its spec alone', () => {
  const spec = 'sources:\n- ruleData: {a: 1}\n  config: {include: ["@redhat"], exclude: [x]}\n- {}\n';
  const object = `kind: EnterpriseContractPolicy\nspec:\n${spec.replace(/^/gm, '  ')}`;
  const policy = [
    { ruleData: { a: 1 }, choice: { include: ['@redhat'], exclude: ['x'] } },
    { ruleData: {}, choice: { include: ['*'], exclude: [] } },
  ];

  expect(parsePolicy(spec, 'p')).toEqual(policy);
  expect(parsePolicy(object, 'p')).toEqual(policy);
});

test.for<[text: string, message: string]>([
  ['a: [', 'p is no YAML'],
  ['[]', 'p is no policy'],
  ['sources: []', 'p is no policy: sources.'],
  ['sources: [{config: {include: "@redhat"}}]', 'sources.0.config.include'],
  ['sources: [{volatileConfig: {exclude: []}}]', 'exceptions that expire are not read here'],
])('refuses the policy %s', ([text, message]) => {
  expect(() => parsePolicy(text, 'p')).toThrow(message);
});

test('refuses data that is none, and that says two things', () => {
  expect(() => parsePolicyData('a', 'd')).toThrow('d is no data of a policy');
  expect(mergeDocuments([{ a: { b: 1 } }, { a: { c: 2 } }])).toEqual({ a: { b: 1, c: 2 } });
  expect(() => mergeDocuments([{ a: [1] }, { a: [2] }])).toThrow("two documents of the policy's data have a");
  expect(() => ruleDataOf({}, { 'required-tasks': [{ effective_on: 'soon', tasks: ['a'] }] })).toThrow(
    'required-tasks.0.effective_on',
  );
});

test('trusts further tasks beside those of the policy', () => {
  const policy = parsePolicy('sources: [{ruleData: {trusted_task_rules: {allow: {a: []}, deny: {}}}}]', 'p');

  expect(trusting(policy, ['oci://a/task-*'])[0]?.ruleData).toEqual({
    trusted_task_rules: {
      allow: { a: [], 'given beside the policy': [{ pattern: 'oci://a/task-*' }] },
      deny: {},
    },
  });
  expect(() => trusting(policy, ['quay.io/a'])).toThrow(
    'quay.io/a is no pattern of tasks: it begins with neither',
  );
  expect(() => trusting(policy, ['oci://a/[bc]'])).toThrow('classes or alternatives');
});
