import { expect, test } from 'vitest';
import { chooseRun } from './choose-run.ts';
import { parseObjects } from './load.ts';
import { sortObjects } from './objects.ts';

const YAML = `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: { name: by-bundle }
spec:
  pipelineRef: { resolver: bundles }
  params:
    - { name: list, value: [x] }
    - { name: text, value: x }
    - { name: pairs, value: { a: x } }`;

test('what is given in the place of a param has its type, where a resolver alone knows what is declared', () => {
  const params = { list: 'a,b', text: 'a,b', pairs: 'a:1, b:2', other: 'a,b' };

  const { spec } = chooseRun(sortObjects(parseObjects(YAML, 'run.yaml')), { params });

  expect(spec?.params).toEqual([
    { name: 'list', value: ['a', 'b'] },
    { name: 'text', value: 'a,b' },
    { name: 'pairs', value: { a: '1', b: '2' } },
    { name: 'other', value: 'a,b' },
  ]);
});
