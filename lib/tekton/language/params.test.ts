import { expect, test } from 'vitest';
import {
  enumProblem,
  indexProblem,
  missingKeysMap,
  missingParams,
  mistypedParams,
  typeUnlessReference,
} from './params.ts';

const specs = [
  { name: 'text' },
  { name: 'list', type: 'array' },
  { name: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, default: { a: '1' } },
  { name: 'optional', default: 'x' },
];

test('names the params that have no value', () => {
  expect(missingParams(specs, [{ name: 'text', value: '' }])).toEqual(['list']);
});

test('names the params of another type, and lets a reference be anything', () => {
  const params = [
    { name: 'text', value: ['a'] },
    { name: 'list', value: '$(tasks.a.results.list[*])' },
    { name: 'object', value: 'a' },
    { name: 'unknown', value: ['a'] },
  ];

  expect(mistypedParams(specs, params).map(({ name }) => name)).toEqual(['text', 'list', 'object']);
  expect(mistypedParams(specs, params, typeUnlessReference).map(({ name }) => name)).toEqual([
    'text',
    'object',
  ]);
});

// MissingKeysObjectParamNames: default and value together must give every key.
test('names the keys that neither value nor default gives', () => {
  expect(missingKeysMap(specs, [])).toBe('map[object:[b]]');
  expect(missingKeysMap(specs, [{ name: 'object', value: { b: '2' } }])).toBe('');
});

test('refuses a value outside the enum, but not an empty one', () => {
  const values = ['amd64', 'arm64'];

  expect(enumProblem({ name: 'arch', value: 'mips' }, values)).toBe(
    'param `arch` value: mips is not in the enum list',
  );
  expect(enumProblem({ name: 'arch', value: '' }, values)).toBeUndefined();
});

test('refuses an index beyond the end of a list', () => {
  const params = [{ name: 'list', value: ['a', 'b'] }];

  expect(indexProblem(specs, params, ['$(params.list[1]) $(params["list"][0])'])).toBeUndefined();
  expect(indexProblem(specs, params, ['x $(params.list[2])'])).toBe(
    'non-existent param references:[$(params.list[2])]',
  );
});
