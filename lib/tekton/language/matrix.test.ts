import { expect, test } from 'vitest';
import { combinationCount, countProblem, fanOut, isMatrixed } from './matrix.ts';

const values = (length: number) => Array.from({ length }, (_, index) => String(index));

test('a task with params or with include is a matrix', () => {
  expect(isMatrixed({ matrix: { params: [{ name: 'a', value: ['1'] }] } })).toBe(true);
  expect(isMatrixed({ matrix: { include: [{ name: 'one' }] } })).toBe(true);
  expect(isMatrixed({ matrix: { params: [], include: [] } })).toBe(false);
  expect(isMatrixed({})).toBe(false);
});

// countNewCombinationsFromInclude, pkg/apis/pipeline/v1/matrix_types.go.
test('what include adds counts, and what it completes does not', () => {
  const params = [{ name: 'a', value: values(256) }];
  const known = { name: 'known', params: [{ name: 'a', value: '1' }] };
  const added = { name: 'added', params: [{ name: 'a', value: 'x' }] };
  const beside = { name: 'beside', params: [{ name: 'b', value: 'x' }] };

  expect(combinationCount({ params, include: [known, beside] })).toBe(256);
  expect(countProblem({ params, include: [known, beside] })).toBeUndefined();
  expect(countProblem({ params, include: [known, added] })).toBe('expected 0 <= 257 <= 256');
  expect(fanOut({ params, include: [added] })).toHaveLength(257);
});

test('a param may have any name, also one that every object of JavaScript has', () => {
  const params = [{ name: 'constructor', value: ['a', 'b'] }];
  const include = [
    {
      name: 'one',
      params: [
        { name: 'constructor', value: 'b' },
        { name: 'toString', value: 'x' },
      ],
    },
  ];

  expect(fanOut({ params, include })).toEqual([
    [{ name: 'constructor', value: 'a' }],
    [
      { name: 'constructor', value: 'b' },
      { name: 'toString', value: 'x' },
    ],
  ]);
});
