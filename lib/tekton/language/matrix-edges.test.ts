import { expect, test } from 'vitest';
import { combinationCount, fanOut, hasEmptyParam, isMatrixed } from './matrix.ts';
import { indexProblem } from './params.ts';

test('a matrix without rows is none, nor is what has no matrix', () => {
  expect([{}, { matrix: {} }, { matrix: { params: [], include: [] } }].map(isMatrixed)).toEqual([
    false,
    false,
    false,
  ]);
  expect(isMatrixed({ matrix: { include: [{ name: 'one' }] } })).toBe(true);
  expect(hasEmptyParam({ include: [{ name: 'one' }] })).toBe(false);
});

test('what is no list yet, as a reference to one, multiplies nothing', () => {
  const params = [
    { name: 'whole', value: '$(params.all[*])' },
    { name: 'platform', value: ['a', 'b'] },
  ];

  expect(combinationCount({ params })).toBe(2);
  expect(fanOut({ params: [{ name: 'whole', value: '$(params.all[*])' }] })).toEqual([]);
});

test('a row that has one value of a combination belongs to it, and is none of its own', () => {
  const params = [
    { name: 'platform', value: ['amd64'] },
    { name: 'size', value: ['small'] },
  ];
  const row = {
    name: 'large',
    params: [
      { name: 'platform', value: 'amd64' },
      { name: 'size', value: 'large' },
    ],
  };

  expect(fanOut({ params, include: [row] })).toHaveLength(1);
});

test('the length of a list is also that of its default', () => {
  const specs = [{ name: 'tags', type: 'array', default: ['a'] } as const];

  expect(indexProblem(specs, [], ['$(params.tags[0])'])).toBeUndefined();
  expect(indexProblem(specs, [], ['$(params.tags[1])'])).toContain('$(params.tags[1])');
});
