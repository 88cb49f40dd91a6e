import { expect, test } from 'vitest';
import {
  allParams,
  enumProblem,
  indexProblem,
  missingKeys,
  missingKeysMap,
  missingParams,
  mistypedParams,
  specType,
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

// ParamSpec.SetDefaults, pkg/apis/pipeline/v1/param_types.go.
test.for([
  [{}, 'string'],
  [{ type: '' }, 'string'],
  [{ type: 'array', default: 'x' }, 'array'],
  [{ properties: {}, default: ['x'] }, 'object'],
  [{ default: ['x'] }, 'array'],
  [{ default: { a: 'b' } }, 'object'],
  [{ default: 'x' }, 'string'],
] as const)('what says %j is of type %s', ([spec, type]) => {
  expect(specType({ name: 'p', ...spec })).toBe(type);
});

test('params are told where they stand: in the task, its matrix, and each row that it includes', () => {
  const param = (name: string) => ({ name, value: 'x' });
  const task = {
    params: [param('a'), param('b')],
    matrix: {
      params: [param('c')],
      include: [{ name: 'one' }, { name: 'two', params: [param('d')] }],
    },
  };
  const places = (path?: string) => allParams(task, path).map((one) => `${one.name} ${one.path}`);

  expect(places('spec.tasks[0]')).toEqual([
    'a spec.tasks[0].params[0].value',
    'b spec.tasks[0].params[1].value',
    'c spec.tasks[0].matrix.params[0].value',
    'd spec.tasks[0].matrix.include[1].params[0].value',
  ]);
  expect(places()[3]).toBe('d .matrix.include[1].params[0].value');
  expect(allParams({})).toEqual([]);
});

test('keys are missing of an object alone, and where something is given', () => {
  const [, , object = { name: '' }] = specs;
  const { default: _, ...required } = object;

  expect(missingKeys({ name: 'p', type: 'array', properties: { a: {} } }, { b: 'x' })).toEqual([]);
  expect(missingKeys(required, undefined)).toEqual([]);
  expect(missingKeys(required, 'text')).toEqual([]);
  expect(missingKeys(required, {})).toEqual(['a', 'b']);
  expect(missingKeys({ name: 'p', type: 'object' }, {})).toEqual([]);
  const all = [
    { ...required, name: 'z' },
    { ...required, name: 'y' },
  ];
  const given = all.map(({ name }) => ({ name, value: { a: 'x' } }));
  expect(missingKeysMap(all, given)).toBe('map[y:[b] z:[b]]');
});

test('what is no text, and what has no enum, is in none that could be left', () => {
  expect(enumProblem({ name: 'a', value: ['mips'] }, ['amd64'])).toBeUndefined();
  expect(enumProblem({ name: 'a', value: 'mips' }, [])).toBeUndefined();
  expect(enumProblem({ name: 'a', value: 'amd64' }, ['amd64'])).toBeUndefined();
});

test('elements beyond the end are told once each, in order, by the length that the run gives', () => {
  const lists = [{ name: 'list', type: 'array', default: ['a', 'b', 'c'] }, { name: 'text' }];
  const texts = [
    "$(params.list[2]) $(params['list'][1])",
    '$(params.list[1]) $(params.list[2])',
    '$(params.text[9])',
  ];

  expect(indexProblem(lists, [], texts)).toBeUndefined();
  expect(indexProblem(lists, [{ name: 'list', value: ['a'] }], texts)).toBe(
    "non-existent param references:[$(params.list[1]) $(params.list[2]) $(params['list'][1])]",
  );
});
