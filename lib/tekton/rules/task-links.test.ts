import { expect, test } from 'vitest';
import {
  build,
  checked,
  known,
  object,
  params,
  resources,
  take,
  validateTask,
  withBuild,
} from '#test/known-tasks';
import { pipelineRun, task, taskRun } from '#test/tekton-objects';
import { validate } from './validate.ts';

test.for([
  {
    rule: `${validateTask} missingParamsNames`,
    it: withBuild({ params: [] }),
    path: 'spec.tasks[0].params',
    message:
      'invalid input params for task build: missing values for these params which have no default values: [image]',
  },
  {
    rule: `${validateTask} wrongTypeParamsNames`,
    it: withBuild(params(['tags', 'a'])),
    path: 'spec.tasks[0].params[1].value',
    message: '[tags] is array, not string',
  },
  {
    rule: `${validateTask} wrongTypeParamsNames`,
    it: withBuild({ params: [{ name: 'image', value: ['a'] }] }),
    path: 'spec.tasks[0].params[0].value',
    message: '[image] is string, not array',
  },
  {
    rule: `${validateTask} wrongTypeParamsNames`,
    it: object({ params: [{ name: 's' }] }, { ...build, ...params(['tags', '$(params.s)']) }),
    path: 'spec.tasks[0].params[1].value',
    message: '[tags] is array, not string',
  },
  {
    rule: `${validateTask} wrongTypeParamsNames`,
    it: object(
      { params: [{ name: 'l', type: 'array' }] },
      { ...build, params: [{ name: 'image', value: '$(params.l[*])' }] },
    ),
    path: 'spec.tasks[0].params[0].value',
    message: '[image] is string, not array',
  },
  {
    rule: `${validateTask} wrongTypeParamsNames`,
    it: withBuild({}, take('$(tasks.build.results.layers[*])')),
    path: 'spec.tasks[1].params[0].value',
    message: '[value] is string, not array',
  },
  {
    rule: `${validateTask} wrongTypeParamsNames`,
    it: withBuild(
      {},
      {
        name: 'list',
        taskRef: { name: 'list' },
        params: [{ name: 'items', value: '$(tasks.build.results.digest)' }],
      },
    ),
    path: 'spec.tasks[1].params[0].value',
    message: '[items] is array, not string',
  },
  {
    rule: `${validateTask} wrongTypeParamsNames`,
    it: object({}, checked, take('$(tasks.check.results.verdict[*])')),
    path: 'spec.tasks[1].params[0].value',
    message: '[value] is string, not array',
  },
  {
    rule: `${validateTask} wrongTypeParamsNames`,
    it: withBuild({ matrix: { params: [{ name: 'tags', value: ['a'] }] } }),
    path: 'spec.tasks[0].matrix.params[0].value',
    message: '[tags] is array, and a matrix gives strings',
  },
  {
    rule: `${validateTask} MissingKeysObjectParamNames`,
    it: withBuild(params(['source', { revision: 'a' }])),
    path: 'spec.tasks[0].params[1].value',
    message: "required in ParamSpec's properties map[source:[url]]",
  },
  {
    rule: `${validateTask} ValidateEnumParam`,
    it: withBuild(params(['format', 'v2'])),
    path: 'spec.tasks[0].params[1].value',
    message: 'param `format` value: v2 is not in the enum list [oci docker]',
  },
  {
    rule: `${validateTask} ValidateEnumParam`,
    it: withBuild({ matrix: { params: [{ name: 'format', value: ['oci', 'v2'] }] } }),
    path: 'spec.tasks[0].matrix.params[0].value[1]',
    message: 'value: v2 is not in the enum list',
  },
  {
    rule: `${resources}/pipelinerunresolution.go ValidateParamEnumSubset`,
    it: object({ params: [{ name: 'f' }] }, { ...build, ...params(['format', '$(params.f)']) }),
    path: 'spec.tasks[0].params[1].value',
    message: 'pipeline param "f" has no enum, but referenced in "build" task has enums: [oci docker]',
  },
  {
    rule: `${resources}/pipelinerunresolution.go ValidateParamEnumSubset`,
    it: object(
      { params: [{ name: 'f', enum: ['oci', 'v2'] }] },
      { ...build, ...params(['format', '$(params.f)']) },
    ),
    path: 'spec.tasks[0].params[1].value',
    message: 'enum: [oci v2] is not a subset',
  },
  {
    rule: 'unknown params (ignored by Tekton)',
    it: withBuild(params(['imagee', 'a'])),
    path: 'spec.tasks[0].params[1].name',
    message: 'the task has no param "imagee"; it has: image, tags, source, format',
  },
  {
    rule: 'pkg/workspace/validate.go ValidateBindings',
    it: withBuild({ workspaces: [] }),
    path: 'spec.tasks[0].workspaces',
    message: 'declared workspace "source" is required but has not been bound',
  },
  {
    rule: 'pkg/workspace/validate.go ValidateBindings',
    it: withBuild({ workspaces: [{ name: 'source' }, { name: 'src', workspace: 'source' }] }),
    path: 'spec.tasks[0].workspaces[1].name',
    message: 'workspace binding "src" does not match any declared workspace',
  },
  {
    rule: `${resources}/validate_dependencies.go ValidateOptionalWorkspaces`,
    it: object(
      { workspaces: [{ name: 'w', optional: true }] },
      { ...build, workspaces: [{ name: 'source', workspace: 'w' }] },
    ),
    path: 'spec.tasks[0].workspaces[0].workspace',
    message: 'pipeline workspace "w" is marked optional but pipeline task "build" requires it be provided',
  },
  {
    rule: 'pkg/reconciler/taskrun/resources/validate_params.go validateStepHasStepActionParameters',
    it: task({ steps: [{ ref: { name: 'fetch' }, params: [{ name: 'uri', value: 'a' }] }] }),
    path: 'spec.steps[0].params',
    message: 'extra params passed by Step to StepAction: [uri]',
  },
  {
    rule: 'pkg/reconciler/taskrun/resources/validate_params.go validateStepHasStepActionParameters',
    it: task({ steps: [{ ref: { name: 'fetch' } }] }),
    path: 'spec.steps[0].params',
    message: 'non-existent params in Step: [url]',
  },
  {
    rule: `${resources}/validate_params.go ValidateRequiredParametersProvided`,
    it: pipelineRun({ pipelineRef: { name: 'p' } }),
    path: 'spec.params',
    message: 'pipelineRun missing parameters: [a]',
  },
  {
    rule: `${validateTask} missingParamsNames`,
    it: taskRun({ taskRef: { name: 'take' } }),
    path: 'spec.params',
    message: 'missing values for these params which have no default values: [value]',
  },
  {
    rule: 'pkg/workspace/validate.go ValidateBindings',
    it: taskRun({
      taskRef: { name: 'take' },
      params: [{ name: 'value', value: '' }],
      workspaces: [{ name: 'w', emptyDir: {} }],
    }),
    path: 'spec.workspaces[0].name',
    message: 'workspace binding "w" does not match any declared workspace',
  },
])('$rule: $message', ({ it, path, message }) => {
  const problems = validate(it, known);

  expect(problems).toContainEqual({ path, message: expect.stringContaining(message) as string });
});
