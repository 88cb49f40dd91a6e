import { expect, test } from 'vitest';
import { combinationCount, countProblem, fanOut, hasEmptyParam, isMatrixed } from './matrix.ts';

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

test('include alone is as many runs as it has rows', () => {
  const include = [
    {
      name: 'one',
      params: [
        { name: 'b', value: '1' },
        { name: 'a', value: '2' },
      ],
    },
    { name: 'two' },
  ];

  expect(combinationCount({ include })).toBe(2);
  expect(fanOut({ include })).toEqual([
    [
      { name: 'a', value: '2' },
      { name: 'b', value: '1' },
    ],
    [],
  ]);
  expect(combinationCount({})).toBe(0);
  expect(fanOut({})).toEqual([]);
});

test('the first param varies fastest, and the params of one run are in the order of their names', () => {
  const params = [
    { name: 'c', value: ['1', '2'] },
    { name: 'a', value: ['x', 'y'] },
    { name: 'b', value: ['-'] },
  ];
  const runs = fanOut({ params }).map((run) =>
    run.map(({ name, value }) => `${name}${JSON.stringify(value).replaceAll('"', '')}`).join(' '),
  );

  expect(runs).toEqual(['ax b- c1', 'ax b- c2', 'ay b- c1', 'ay b- c2']);
  expect(combinationCount({ params })).toBe(4);
});

test('a list that is not known yet, or empty, counts once', () => {
  const params = [
    { name: 'a', value: ['1', '2'] },
    { name: 'b', value: '$(tasks.x.results.y[*])' },
    { name: 'c', value: [] },
  ];

  expect(combinationCount({ params })).toBe(2);
  expect(hasEmptyParam({ params })).toBe(true);
  expect(hasEmptyParam({ params: params.slice(0, 2) })).toBe(false);
  expect(hasEmptyParam({})).toBe(false);
});

test('what include completes is what fits, the later over the earlier', () => {
  const params = [{ name: 'a', value: ['1', '2'] }];
  const row = (name: string, given: Readonly<Record<string, string>>) => ({
    name,
    params: Object.entries(given).map(([key, value]) => ({ name: key, value })),
  });
  const include = [row('all', { b: 'x' }), row('one', { a: '2', c: 'y' }), row('new', { a: '3', b: 'z' })];
  const runs = fanOut({ params, include }).map((run) =>
    run.map(({ name, value }) => `${name}${JSON.stringify(value).replaceAll('"', '')}`).join(' '),
  );

  expect(runs).toEqual(['a1 bx', 'a2 bx cy', 'a3 bz']);
  expect(combinationCount({ params, include })).toBe(3);
});

test('a row without params adds nothing', () => {
  expect(fanOut({ params: [{ name: 'a', value: ['1'] }], include: [{ name: 'none' }] })).toEqual([
    [{ name: 'a', value: '1' }],
  ]);
});
