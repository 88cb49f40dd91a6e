import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { image, pipeline, pipelineRun, stepAction, task, taskRun } from '#test/tekton-objects';
import { InvalidObjectError } from '../objects/problem.ts';
import { loadCelCheck } from './cel.ts';
import { check, type ValidateOptions, validate } from './validate.ts';

const cel = await loadCelCheck();
const oneTask = { name: 'a', taskRef: { name: 'x' } };

test('an object that Tekton accepts has no problem', () => {
  const problems = [
    task({}),
    task({
      params: [
        { name: 'a.b' },
        { name: 'l', type: 'array', default: [] },
        { name: 'o', properties: { k: {} } },
      ],
      results: [{ name: 'r.x' }, { name: 's', value: '$(steps.a.results.r)' }],
      workspaces: [{ name: 'w', optional: true }],
      stepTemplate: { image },
      steps: [
        { name: 'a', results: [{ name: 'r' }], script: 'echo $(params["a.b"]) > $(step.results.r.path)' },
        {
          args: ['$(params.l[*])', '$(params.l[0])', '$(params.o.k)', '$(context.task.retry-count)'],
          onError: '$(params.l[0])',
        },
        { ref: { name: 'action' }, params: [{ name: 'p', value: '$(steps.a.results.r)' }] },
      ],
    }),
    stepAction({ params: [{ name: 'v' }], volumeMounts: [{ name: '$(params.v)', mountPath: '/v' }] }),
    pipelineRun({ pipelineRef: { name: 'a' }, timeouts: { pipeline: '0', tasks: '0' } }),
    taskRun({
      taskSpec: { steps: [{ image, args: ['$(params.handed-down)'] }] },
      params: [{ name: 'handed-down', value: 'a' }],
    }),
  ].flatMap((object) => validate(object, { cel }));

  expect(problems).toEqual([]);
});

test('every kind of reference in a pipeline is understood', () => {
  const object = pipeline({
    params: [
      { name: 'l', type: 'array' },
      { name: 'o', properties: { k: {} } },
      { name: 's', default: '$(params.o.k)' },
    ],
    workspaces: [{ name: 'w' }],
    tasks: [
      {
        name: 'a',
        taskRef: { name: 'x' },
        matrix: {
          params: [
            { name: 'm', value: '$(params.l[*])' },
            { name: 'n', value: ['1', '$(params.s)'] },
          ],
          include: [{ name: 'i', params: [{ name: 'm', value: 'x' }] }],
        },
        workspaces: [{ name: 'w' }],
      },
      {
        name: 'b',
        taskRef: { resolver: 'bundles', params: [{ name: 'bundle', value: 'x' }] },
        runAfter: ['a'],
        params: [
          { name: 'p', value: '$(tasks.a.results.r[*])' },
          { name: 'q', value: ['$(params.l[*])', '$(params.l[0])'] },
          { name: 'o', value: '$(params.o[*])' },
          { name: 'n', value: '$(tasks.a.matrix.length) $(context.pipelineRun.name)' },
        ],
      },
      {
        name: 'c',
        taskRef: { apiVersion: 'example.dev/v1', kind: 'Wait', name: 'x' },
        when: [
          { cel: "'$(params.s)' == 'a'" },
          { input: '$(tasks.b.results.o.k)', operator: 'notin', values: ['$(params.l[*])'] },
        ],
      },
    ],
    finally: [
      {
        name: 'z',
        taskRef: { name: 'x' },
        params: [{ name: 'p', value: '$(tasks.a.status) $(tasks.status) $(tasks.b.reason)' }],
      },
    ],
    results: [{ name: 'r', value: '$(tasks.b.results.q)-$(finally.z.results.q)' }],
  });

  expect(validate(object, { cel })).toEqual([]);
});

test('a kind or version that is not Tekton v1 is refused by name', () => {
  expect(validate({ apiVersion: 'v1', kind: 'Pod' })).toMatchObject([{ path: 'kind' }]);
  expect(validate({ apiVersion: 'v1', kind: 'toString' })).toMatchObject([{ path: 'kind' }]);
  expect(validate({ ...task({}), apiVersion: 'tekton.dev/v1beta1' })).toEqual([
    {
      path: 'apiVersion',
      message: 'no kind "Task" is registered for version "tekton.dev/v1beta1"; there is: tekton.dev/v1',
    },
  ]);
  expect(validate({ ...stepAction({}), apiVersion: 'tekton.dev/v1alpha1' })).toEqual([]);
});

test('a wrong type ends the check, since Tekton could not read the object', () => {
  expect(validate(task({ steps: 'a' }))).toEqual([
    { path: 'spec.steps', message: 'expected a list, got the string "a"' },
  ]);
});

test('a missing field is reported once', () => {
  expect(validate(pipeline({ tasks: [{ ...oneTask, params: [{ value: 'a' }] }] }))).toEqual([
    { path: 'spec.tasks[0].params[0].name', message: 'missing field(s)' },
  ]);
});

test('check gives the object back, or throws all its problems', () => {
  const good = task({});

  expect(check(good)).toBe(good);
  expect(() => check(task({ steps: [] }))).toThrow(InvalidObjectError);
  expect(() => check(task({ steps: [] }))).toThrow('Task a is not valid: spec.steps: missing field(s)');
});

test('the flags of a cluster decide what it accepts', () => {
  const object = pipeline({
    params: [{ name: 'p', enum: ['a'] }],
    tasks: [{ name: 'a', pipelineRef: { name: 'x' } }],
  });

  expect(validate(object)).toEqual([]);
  expect(validate(object, { flags: {} })).toEqual([
    {
      path: 'spec.tasks[0].pipelineRef',
      message: 'pipelineRef requires "enable-api-fields" feature gate to be "alpha" but it is "beta"',
    },
    {
      path: 'spec.params[0].enum',
      message: 'feature flag enable-param-enum should be set to true to use Enum',
    },
  ]);
  expect(validate(object, { flags: { 'enable-api-fields': 'alpha', 'enable-param-enum': 'true' } })).toEqual(
    [],
  );
});

const words = [
  '',
  'a',
  '$(params.a)',
  '$(params.a[*])',
  '$(tasks.a.results.b)',
  '-1s',
  '1h',
  'array',
  'continue',
  'in',
  '__proto__',
  '\u0000',
  '1Gi',
];
const fields = [
  'spec',
  'metadata',
  'name',
  'labels',
  'steps',
  'tasks',
  'finally',
  'params',
  'value',
  'default',
  'type',
  'properties',
  'enum',
  'results',
  'workspaces',
  'workspace',
  'taskSpec',
  'taskRef',
  'pipelineSpec',
  'pipelineRef',
  'matrix',
  'include',
  'when',
  'input',
  'operator',
  'values',
  'cel',
  'script',
  'image',
  'args',
  'env',
  'timeouts',
  'timeout',
  'tasks',
  'status',
  'computeResources',
  'limits',
  'requests',
  'runAfter',
  'stepTemplate',
  'sidecars',
  'volumeMounts',
  'mountPath',
  'onError',
  'ref',
  'resolver',
  'taskRunSpecs',
  'stepSpecs',
  'emptyDir',
  '__proto__',
];
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<unknown>(...words, null, true, 0, -1, 1.5),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...fields), tie('json'), { maxKeys: 6 }),
  ),
}));
const kinds = fc.constantFrom('Task', 'Pipeline', 'PipelineRun', 'TaskRun', 'StepAction');

test.for<ValidateOptions>([{}, { lenient: true, flags: {} }])(
  'validate never throws, whatever the JSON (%j)',
  (options) => {
    fc.assert(
      fc.property(kinds, json, json, (kind, metadata, spec) => {
        const apiVersion = kind === 'StepAction' ? 'tekton.dev/v1beta1' : 'tekton.dev/v1';

        const problems = validate({ apiVersion, kind, metadata, spec }, { ...options, cel });

        return problems.every(({ path, message }) => typeof path === 'string' && message !== '');
      }),
      { numRuns: 2_000 },
    );
  },
);

test('validate never throws on what is no object at all', () => {
  fc.assert(fc.property(fc.anything(), (value) => validate(value).length > 0));
});
