import { expect, test } from 'vitest';
import { checkStructure, decode } from './structure.ts';

const cases: readonly [string, string, unknown, readonly string[]][] = [
  [
    'an unknown field',
    'TaskSpec',
    { steps: [{ image: 'a', nmae: 'x' }] },
    ['spec.steps[0].nmae: unknown field "nmae"; did you mean "name"?'],
  ],
  [
    'an unknown field that is like none',
    'TaskSpec',
    { colour: 'red' },
    ['spec.colour: unknown field "colour"'],
  ],
  [
    'a field in another case',
    'TaskSpec',
    { stepTemplate: { Image: 'a' } },
    ['spec.stepTemplate.Image: unknown field "Image"; did you mean "image"?'],
  ],
  [
    'a field of every object in JavaScript',
    'TaskSpec',
    { constructor: 'a' },
    ['spec.constructor: unknown field "constructor"'],
  ],
  [
    'a number for a string',
    'TaskSpec',
    { steps: [{ image: 3 }] },
    ['spec.steps[0].image: expected a string, got the number 3'],
  ],
  [
    'an environment variable that is a number',
    'TaskSpec',
    { steps: [{ image: 'a', env: [{ name: 'A', value: 1 }] }] },
    ['spec.steps[0].env[0].value: expected a string, got the number 1'],
  ],
  [
    'a string for a list',
    'TaskSpec',
    { steps: [{ command: 'sh' }] },
    ['spec.steps[0].command: expected a list, got the string "sh"'],
  ],
  ['a list for an object', 'Task', [], ['spec: expected an object, got a list']],
  [
    'a string for a whole number',
    'PipelineSpec',
    { tasks: [{ retries: '3' }] },
    ['spec.tasks[0].retries: expected a whole number, got the string "3"'],
  ],
  [
    'a fraction for a whole number',
    'PipelineSpec',
    { tasks: [{ retries: 1.5 }] },
    ['spec.tasks[0].retries: expected a whole number, got the number 1.5'],
  ],
  [
    'a missing name',
    'PipelineSpec',
    { params: [{ type: 'string' }] },
    ['spec.params[0].name: missing field(s)'],
  ],
  [
    'a missing value',
    'PipelineSpec',
    { tasks: [{ params: [{ name: 'a' }] }] },
    ['spec.tasks[0].params[0].value: missing field(s)'],
  ],
  [
    'a duration without unit',
    'PipelineSpec',
    { tasks: [{ timeout: '60' }] },
    ['spec.tasks[0].timeout: time: invalid duration "60"'],
  ],
  [
    'a quantity that is none',
    'TaskSpec',
    { steps: [{ computeResources: { limits: { memory: '1Gb' } } }] },
    [
      "spec.steps[0].computeResources.limits.memory: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ],
  [
    'a label that is a boolean',
    'Task',
    { metadata: { labels: { a: true } } },
    ['spec.metadata.labels.a: expected a string, got the boolean true'],
  ],
  [
    'fields at any depth',
    'PipelineSpec',
    { tasks: [{ pipelineSpec: { tasks: [{ taskSpec: { sidecars: [{ name: 'a', prots: [] }] } }] } }] },
    [
      'spec.tasks[0].pipelineSpec.tasks[0].taskSpec.sidecars[0].prots: unknown field "prots"; did you mean "ports"?',
    ],
  ],
];

test.for(cases)('reports %s', ([, structure, value, problems]) => {
  expect(checkStructure(value, structure, 'spec').map(({ path, message }) => `${path}: ${message}`)).toEqual(
    problems,
  );
});

test.for([
  [1, '1'],
  [true, 'true'],
  [1.5, '1.5'],
  [[1, 2], '[1,2]'],
  [[['a']], '[["a"]]'],
  [{ a: 1 }, '{"a":1}'],
])('a param value %j is reported, and read as text where other people wrote it', ([value, text]) => {
  const strict = decode({ name: 'a', value }, 'Param');
  const lenient = decode({ name: 'a', value }, 'Param', '', { lenient: true });

  expect(strict.problems).toMatchObject([
    { path: 'value', message: expect.stringContaining('put it in quotes') },
  ]);
  expect(lenient).toEqual({ value: { name: 'a', value: text }, problems: [], isBroken: false });
});

test.for([{ value: 'a' }, { value: ['a', 'b'] }, { value: [] }, { value: { a: 'b' } }, { value: {} }])(
  'a param value $value is what it is',
  ({ value }) => {
    expect(decode({ name: 'a', value }, 'Param')).toEqual({
      value: { name: 'a', value },
      problems: [],
      isBroken: false,
    });
  },
);

test('null is no value, as Go reads it', () => {
  const { value, problems } = decode(
    { description: null, params: null, steps: [null], workspaces: [] },
    'TaskSpec',
  );

  expect(problems).toEqual([]);
  expect(value).toEqual({ steps: [{ name: '' }], workspaces: [] });
});

test('what the defaulting webhook fills in is not missed', () => {
  const spec = { steps: [{ image: 'a', workspaces: [{ name: 'w' }] }] };

  expect(checkStructure(spec, 'TaskSpec')).toEqual([]);
});

test('other people write field names in any case; unknown ones are refused where the CRDs keep them, too', () => {
  const spec = {
    tasks: [
      {
        name: 'a',
        taskSpec: { steps: [{ image: 'a', volumeMounts: [{ name: 'v', mountpath: '/v' }], cpu: 1 }] },
      },
    ],
  };

  const { value, problems } = decode(spec, 'PipelineSpec', '', { lenient: true });

  expect(problems).toEqual([{ path: 'tasks[0].taskSpec.steps[0].cpu', message: 'unknown field "cpu"' }]);
  expect(value).toMatchObject({
    tasks: [{ taskSpec: { steps: [{ volumeMounts: [{ mountPath: '/v' }] }] } }],
  });
  expect(checkStructure(spec, 'PipelineSpec')).toHaveLength(3);
});

test('a nesting without end is no stack overflow', () => {
  let spec: unknown = {};
  for (let depth = 0; depth < 20_000; depth += 1) spec = { tasks: [{ pipelineSpec: spec }] };

  expect(checkStructure(spec, 'PipelineSpec')).toMatchObject([{ message: 'nested too deeply' }]);
});
