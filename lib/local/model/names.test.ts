import { expect, test } from 'vitest';
import { childName, randomSuffix, runNames } from './names.ts';

// knative.dev/pkg/kmeta names_test.go
test.for([
  ['asdf', '-deployment', /^asdf-deployment$/],
  ['f'.repeat(63), '-deployment', /^f{20}105d7597f637e83cc711605ac3ea4957-deployment$/],
  ['f'.repeat(63), '-deploy', /^f{24}105d7597f637e83cc711605ac3ea4957-deploy$/],
  ['f'.repeat(63), `-${'e'.repeat(40)}`, /^f{31}[0-9a-f]{32}$/],
  ['a', `-${'e'.repeat(63)}`, /^a[0-9a-f]{32}-e{29}$/],
] as const)('a child of %s with suffix %s has at most 63 characters', ([parent, suffix, expected]) => {
  const name = childName(parent, suffix);

  expect(name).toMatch(expected);
  expect(name.length).toBeLessThanOrEqual(63);
});

test('the runs of a matrix are numbered, a single one is not', () => {
  expect(runNames('pr', 'task', 1)).toEqual(['pr-task']);
  expect(runNames('pr', 'task', 3)).toEqual(['pr-task-0', 'pr-task-1', 'pr-task-2']);
});

test('the runs of a matrix with a long name keep their number', () => {
  const names = runNames('r'.repeat(50), 't'.repeat(40), 12);

  expect(new Set(names).size).toBe(12);
  for (const [index, name] of names.entries()) {
    expect(name.length).toBeLessThanOrEqual(63);
    expect(name.endsWith(`-${index}`)).toBe(true);
  }
});

test('a random suffix has five letters that cannot be mistaken for each other', () => {
  expect(randomSuffix()).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});
