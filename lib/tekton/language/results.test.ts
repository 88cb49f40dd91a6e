import { expect, test } from 'vitest';
import { looksLikeResult, parseResult, resultRefs } from './results.ts';

// parseExpression, pkg/internal/resultref/resultref.go.
test.for([
  ['tasks.a.results.r', { pipelineTask: 'a', result: 'r' }],
  ['finally.a.results.r', { pipelineTask: 'a', result: 'r' }],
  ['tasks.a.results.r[1]', { pipelineTask: 'a', result: 'r', index: '1' }],
  ['tasks.a.results.r[*]', { pipelineTask: 'a', result: 'r', index: '*' }],
  ['tasks.a.results.r.key', { pipelineTask: 'a', result: 'r', property: 'key' }],
] as const)('%s is a reference', ([expression, parts]) => {
  expect(parseResult(expression)).toEqual({ expression, ...parts });
});

test.for([
  'tasks.a.results',
  'tasks.a.status',
  'params.a.results.r',
  'steps.a.results.r',
  'tasks.a.results.r.x.y',
])('%s is none', (expression) => {
  expect(parseResult(expression)).toBeUndefined();
});

test('a reference to the result of a step has another root', () => {
  expect(parseResult('steps.a.results.r', ['steps'])).toMatchObject({ pipelineTask: 'a', result: 'r' });
});

// Step.GetVarSubstitutionExpressions, pkg/apis/pipeline/v1/container_types.go: its name and pull policy, too.
test('of an embedded task, every field of a container counts that Tekton looks at', () => {
  const of = (name: string) => `$(tasks.${name}.results.r)`;
  const step = {
    name: of('a'),
    image: of('b'),
    imagePullPolicy: of('c'),
    script: of('d'),
    workingDir: of('e'),
    command: [of('f')],
    args: [of('g')],
    env: [
      { name: 'H', value: of('h') },
      { name: 'I', valueFrom: { secretKeyRef: { name: of('i'), key: of('j') } } },
      { name: 'K', valueFrom: { configMapKeyRef: { name: of('k'), key: of('l') } } },
    ],
    envFrom: [{ prefix: of('nobody') }],
    onError: of('nobody'),
  };
  const names = (task: object) =>
    [...new Set(resultRefs(task).map(({ pipelineTask }) => pipelineTask))].sort();

  expect(names({ taskSpec: { steps: [step] } }).join('')).toBe('abcdefghijkl');
  expect(names({ taskSpec: { sidecars: [step] } }).join('')).toBe('abcdefghijkl');
  expect(names({ taskSpec: { stepTemplate: step } })).toEqual([]);
});

test('a task refers to results by its params, its matrix and its conditions', () => {
  const task = {
    params: [{ name: 'p', value: ['$(tasks.a.results.r)', '$(params.x)'] }],
    matrix: {
      params: [{ name: 'm', value: ['$(tasks.b.results.r)'] }],
      include: [{ name: 'i', params: [{ name: 'n', value: '$(tasks.c.results.r[0])' }] }],
    },
    when: [{ input: '$(tasks.d.results.r)', operator: 'in', values: ['$(finally.e.results.r)'] }],
  };
  const refs = resultRefs(task);

  expect(refs.map(({ pipelineTask }) => pipelineTask).join('')).toBe('abcde');
  // Asked again it is the same answer.
  expect(resultRefs(task)).toBe(refs);
});

test('only the digits in brackets are an index', () => {
  expect(parseResult('tasks.a.results.r[]')).toEqual({
    expression: 'tasks.a.results.r[]',
    pipelineTask: 'a',
    result: 'r',
    index: '',
  });
  expect(looksLikeResult('tasks.a.results.r.x.y')).toBe(true);
  expect(looksLikeResult('finally.a.results.r')).toBe(true);
  expect(looksLikeResult('tasks.a.status.r')).toBe(false);
});
