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
] as const)('refuses the defaults %j', ([params, message]) => {
  expect(() => pipelineReplacements(params, [])).toThrow(message);
});
