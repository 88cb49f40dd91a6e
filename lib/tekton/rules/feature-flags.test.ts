import { expect, test } from 'vitest';
import { image, pipeline, pipelineRun, stepAction, task, taskRun } from '#test/tekton-objects';
import { featureFlags } from './feature-flags.ts';
import { flagProblems } from './flag-problems.ts';

const one = { name: 'a', taskRef: { name: 'x' } };
const alpha = { 'enable-api-fields': 'alpha' };
const beta = { 'enable-api-fields': 'beta' };

test.for([
  { it: task({}), flags: {}, minVersion: '1.0.0' },
  { it: task({ steps: [{ image, displayName: 'A' }] }), flags: {}, minVersion: '1.6.0' },
  { it: task({ steps: [{ image, onError: '$(params.a)' }] }), flags: {}, minVersion: '1.1.0' },
  { it: task({ steps: [{ image, stdoutConfig: { path: '/a' } }] }), flags: alpha, minVersion: '1.0.0' },
  { it: task({ steps: [{ image, stderrConfig: { path: '/a' } }] }), flags: alpha, minVersion: '1.0.0' },
  { it: task({ steps: [{ image, script: '\n#!win powershell' }] }), flags: alpha, minVersion: '1.0.0' },
  { it: stepAction({ script: '#!win' }), flags: alpha, minVersion: '1.0.0' },
  {
    it: task({
      workspaces: [{ name: 'w' }],
      steps: [{ image, workspaces: [{ name: 'w', mountPath: '/w' }] }],
    }),
    flags: beta,
    minVersion: '1.0.0',
  },
  {
    it: task({
      workspaces: [{ name: 'w' }],
      sidecars: [{ name: 's', image, workspaces: [{ name: 'w', mountPath: '/w' }] }],
    }),
    flags: beta,
    minVersion: '1.0.0',
  },
  {
    it: task({ steps: [{ image, args: ['$(step.artifacts.path)'] }] }),
    flags: { 'enable-artifacts': 'true' },
    minVersion: '1.0.0',
  },
  { it: task({ steps: [{ ref: { resolver: 'git', params: [] } }] }), flags: beta, minVersion: '1.0.0' },
  {
    it: task({ steps: [{ image, when: [{ cel: 'true' }] }] }),
    flags: { 'enable-cel-in-whenexpression': 'true' },
    minVersion: '1.0.0',
  },
  {
    it: task({ params: [{ name: 'a', enum: ['b'] }] }),
    flags: { 'enable-param-enum': 'true' },
    minVersion: '1.0.0',
  },
  {
    it: pipeline({ tasks: [{ ...one, matrix: { params: [{ name: 'a', value: ['b'] }] } }] }),
    flags: beta,
    minVersion: '1.0.0',
  },
  { it: pipeline({ tasks: [{ ...one, onError: 'continue' }] }), flags: beta, minVersion: '1.0.0' },
  {
    it: pipeline({ tasks: [{ ...one, taskRef: { resolver: 'hub', name: 'https://x' } }] }),
    flags: { ...beta, 'enable-concise-resolver-syntax': 'true' },
    minVersion: '1.0.0',
  },
  {
    it: pipeline({
      tasks: [{ name: 'a', pipelineSpec: { tasks: [{ ...one, matrix: { include: [{}] } }] } }],
    }),
    flags: alpha,
    minVersion: '1.14.0',
  },
  {
    it: pipeline({ tasks: [{ ...one, params: [{ name: 'a', value: '$(tasks.b.outputs.c)' }] }] }),
    flags: { 'enable-artifacts': 'true' },
    minVersion: '1.0.0',
  },
  {
    it: pipeline({ params: [{ name: 'a', default: '$(params.b)' }], tasks: [one] }),
    flags: {},
    minVersion: '1.9.0',
  },
  {
    it: pipelineRun({ pipelineRef: { name: 'a' }, taskRunSpecs: [{ timeout: '1m', computeResources: {} }] }),
    flags: beta,
    minVersion: '1.4.0',
  },
  {
    it: pipelineRun({
      pipelineRef: { name: 'a' },
      managedBy: 'x',
      taskRunTemplate: { podTemplate: { hostUsers: false } },
    }),
    flags: {},
    minVersion: '1.9.0',
  },
  { it: taskRun({ taskRef: { name: 'a' }, debug: {}, stepSpecs: [] }), flags: alpha, minVersion: '1.0.0' },
])('$it.spec needs $flags and Tekton $minVersion', ({ it, flags, minVersion }) => {
  expect(featureFlags(it)).toMatchObject({ flags, minVersion });
  expect(Object.keys(featureFlags(it).flags)).toEqual(Object.keys(flags));
});

test('each feature says where it is used', () => {
  expect(
    featureFlags(pipeline({ tasks: [one], finally: [{ ...one, name: 'b', onError: 'continue' }] })).features,
  ).toEqual([{ path: 'spec.finally[0].onError', name: 'OnError', flag: 'enable-api-fields', value: 'beta' }]);
});

test('a stable cluster refuses what is beta, in its own words', () => {
  const object = pipeline({ tasks: [{ ...one, matrix: { params: [{ name: 'a', value: ['b'] }] } }] });

  expect(flagProblems(object, { 'enable-api-fields': 'stable' })).toEqual([
    {
      path: 'spec.tasks[0].matrix',
      message: 'matrix requires "enable-api-fields" feature gate to be "alpha" or "beta" but it is "stable"',
    },
  ]);
  expect(flagProblems(object, {})).toEqual([]);
});

test('a cluster may forbid specs inside of others', () => {
  const config = { 'disable-inline-spec': 'pipeline, pipelinerun,taskrun' };
  const inline = { name: 'a', taskSpec: { steps: [{ image }] } };

  expect(
    flagProblems(pipelineRun({ pipelineSpec: { tasks: [inline] } }), config).map(({ path }) => path),
  ).toEqual(['spec.pipelineSpec', 'spec.pipelineSpec.tasks[0].taskSpec']);
  expect(flagProblems(taskRun({ taskSpec: { steps: [{ image }] } }), config)).toEqual([
    { path: 'spec.taskSpec', message: 'must not set the field(s)' },
  ]);
  expect(flagProblems(pipeline({ tasks: [one] }), config)).toEqual([]);
});
