import { expect, test } from 'vitest';
import { pipelineReplacements } from './params.ts';
import { substituteText, substituteValue } from './substitute.ts';

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
  // buildUnresolvedStringParamDefaults: a text finds the defaults of texts alone.
  [
    [
      { name: 'a', default: '$(params.list[0])' },
      { name: 'list', type: 'array', default: ['x'] },
    ],
    'param "params.a" references undefined param "params.list[0]"',
  ],
  [
    Array.from({ length: 12 }, (_, index) => ({
      name: `p${index}`,
      default: `$(params.p${index + 1})`,
    })).concat({
      name: 'p12',
      default: '',
    }),
    'maximum recursion depth (10) exceeded',
  ],
] as const)('refuses the defaults %j', ([params, message]) => {
  expect(() => pipelineReplacements(params, [])).toThrow(message);
});

test('what the run gives ends a circle of defaults, and can be asked for by its elements', () => {
  const replacements = pipelineReplacements(
    [
      { name: 'a', default: '$(params.b) $(params.list[1]) $(params.object.key)' },
      { name: 'b', default: '$(params.a)' },
      { name: 'list', type: 'array' },
      { name: 'object', properties: { key: {} }, default: { key: '$(params.b)' } },
      { name: 'other', type: 'array', default: ['$(params.a)', '$(params.nobody)'] },
    ],
    [
      { name: 'b', value: 'B' },
      { name: 'list', value: ['x', 'y'] },
      { name: 'object', value: { key: 'K' } },
    ],
  );

  expect(substituteText('$(params.a)', replacements)).toBe('B y K');
  expect(substituteValue('$(params.other[*])', replacements)).toEqual(['B y K', '$(params.nobody)']);
});
