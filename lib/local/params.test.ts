import { expect, test } from 'vitest';
import {
  enumProblem,
  indexProblem,
  missingKeys,
  missingParams,
  mistypedParams,
  pipelineReplacements,
} from './params.ts';
import { substituteText, substituteValue } from './substitute.ts';

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

  expect(mistypedParams(specs, params)).toEqual(['text', 'list', 'object']);
  expect(mistypedParams(specs, params, { references: true })).toEqual(['text', 'object']);
});

// MissingKeysObjectParamNames: default and value together must give every key.
test('names the keys that neither value nor default gives', () => {
  expect(missingKeys(specs, [])).toBe('map[object:[b]]');
  expect(missingKeys(specs, [{ name: 'object', value: { b: '2' } }])).toBe('');
});

test('refuses a value outside the enum, but not an empty one', () => {
  const one = [{ name: 'arch', enum: ['amd64', 'arm64'] }];

  expect(enumProblem(one, [{ name: 'arch', value: 'mips' }])).toBe(
    'param `arch` value: mips is not in the enum list',
  );
  expect(enumProblem(one, [{ name: 'arch', value: '' }])).toBeUndefined();
});

test('refuses an index beyond the end of a list', () => {
  const params = [{ name: 'list', value: ['a', 'b'] }];

  expect(indexProblem(specs, params, ['$(params.list[1]) $(params["list"][0])'])).toBeUndefined();
  expect(indexProblem(specs, params, ['x $(params.list[2])'])).toBe(
    'non-existent param references:[$(params.list[2])]',
  );
});

// ApplyParameters, pkg/reconciler/pipelinerun/resources/apply.go: defaults may refer to each other.
test('defaults of a pipeline may refer to each other in any order', () => {
  const replacements = pipelineReplacements(
    [
      { name: 'image', default: '$(params.registry)/$(params.repo):$(params.tag)' },
      { name: 'args', type: 'array', default: ['IMAGE=$(params.image)'] },
      { name: 'tag', default: 'v1' },
      { name: 'registry', default: 'quay.io' },
      { name: 'repo' },
    ],
    [{ name: 'repo', value: 'app' }],
  );

  expect(substituteText('$(params.image)', replacements)).toBe('quay.io/app:v1');
  expect(substituteValue('$(params.args[*])', replacements)).toEqual(['IMAGE=quay.io/app:v1']);
});

test.for([
  [
    [
      { name: 'a', default: '$(params.b)' },
      { name: 'b', default: '$(params.a)' },
    ],
    'circular dependency detected in param',
  ],
  [[{ name: 'a', default: '$(params.nothing)' }], 'references undefined param "params.nothing"'],
] as const)('refuses the defaults %j', ([params, message]) => {
  expect(() => pipelineReplacements(params, [])).toThrow(message);
});
