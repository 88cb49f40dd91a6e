import { expect, test } from 'vitest';
import { image, pipeline, pipelineRun, stepAction, task, taskRun } from '#test/tekton-objects';
import type { Pipeline, StepAction, Task } from '../objects/api.gen.ts';
import { type ValidateOptions, validate } from './validate.ts';

/** The tasks that the pipelines here refer to, by name. */
const library: Readonly<Record<string, object>> = {
  build: task({
    params: [
      { name: 'image' },
      { name: 'tags', type: 'array', default: [] },
      {
        name: 'source',
        type: 'object',
        properties: { url: {}, revision: {} },
        default: { revision: 'main' },
      },
      { name: 'format', enum: ['oci', 'docker'], default: 'oci' },
    ],
    workspaces: [{ name: 'source' }, { name: 'cache', optional: true }],
    results: [
      { name: 'digest' },
      { name: 'layers', type: 'array' },
      { name: 'meta', properties: { url: {}, size: {} } },
    ],
  }),
  check: task({
    params: [{ name: 'platform' }],
    results: [{ name: 'verdict' }, { name: 'all', type: 'array' }],
  }),
  list: task({ params: [{ name: 'items', type: 'array' }] }),
  take: task({ params: [{ name: 'value' }] }),
};

const known: ValidateOptions = {
  tasks: ({ name = '' }) => library[name] as Task | undefined,
  pipelines: ({ name = '' }) =>
    (name === 'p' ? pipeline({ params: [{ name: 'a' }], tasks: [] }) : undefined) as Pipeline | undefined,
  stepActions: ({ name = '' }) =>
    (name === 'fetch'
      ? stepAction({ params: [{ name: 'url' }, { name: 'depth', default: '1' }] })
      : undefined) as StepAction | undefined,
};

const build = {
  name: 'build',
  taskRef: { name: 'build' },
  params: [{ name: 'image', value: 'a' }],
  workspaces: [{ name: 'source' }],
};

interface Spec {
  readonly params?: readonly object[];
  readonly workspaces?: readonly object[];
  readonly results?: readonly object[];
}

function withBuild(fields: object, ...others: readonly object[]): object {
  return object({}, { ...build, ...fields }, ...others);
}

function object(spec: Spec, ...tasks: readonly object[]): object {
  return pipeline({ workspaces: [{ name: 'source' }], ...spec, tasks });
}

function params(...list: readonly (readonly [string, unknown])[]): object {
  return { params: [['image', 'a'] as const, ...list].map(([name, value]) => ({ name, value })) };
}

function take(value: unknown): object {
  return { name: 'take', taskRef: { name: 'take' }, params: [{ name: 'value', value }] };
}

const checked = {
  name: 'check',
  taskRef: { name: 'check' },
  matrix: { params: [{ name: 'platform', value: ['x86_64', 's390x'] }] },
};

const validateTask = 'pkg/reconciler/taskrun/validate_taskrun.go';
const resources = 'pkg/reconciler/pipelinerun/resources';

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
    rule: `${resources}/validate_dependencies.go ValidatePipelineTaskResults`,
    it: withBuild({}, take('$(tasks.build.results.disgest)')),
    path: 'spec.tasks[1].params[0].value',
    message:
      '"disgest" is not a named result returned by pipeline task "build"; there are: digest, layers, meta',
  },
  {
    rule: `${resources}/validate_dependencies.go ValidatePipelineTaskResults`,
    it: withBuild(
      {},
      { ...take('a'), when: [{ input: '$(tasks.build.results.no)', operator: 'in', values: ['a'] }] },
    ),
    path: 'spec.tasks[1]',
    message: '"no" is not a named result',
  },
  {
    rule: `${resources}/validate_dependencies.go ValidatePipelineTaskResults`,
    it: withBuild({}, { name: 'x', taskSpec: { steps: [{ image, args: ['$(tasks.build.results.no)'] }] } }),
    path: 'spec.tasks[1]',
    message: '"no" is not a named result',
  },
  {
    rule: `${resources}/validate_dependencies.go ValidatePipelineResults`,
    it: object({ results: [{ name: 'r', value: '$(tasks.build.results.no)' }] }, build),
    path: 'spec.results[0].value',
    message: 'invalid pipeline result "r": "no" is not a named result',
  },
  {
    rule: 'a result with a dot in its name cannot be referred to',
    it: withBuild({}, take('$(tasks.build.results.digest.sha)')),
    path: 'spec.tasks[1].params[0].value',
    message: 'has type string: no key "sha"',
  },
  {
    rule: 'whole strings',
    it: withBuild({}, take('$(tasks.build.results.digest[*])')),
    path: 'spec.tasks[1].params[0].value',
    message: 'has type string: no [*]',
  },
  {
    rule: 'elements of strings',
    it: withBuild({}, take('$(tasks.build.results.digest[0])')),
    path: 'spec.tasks[1].params[0].value',
    message: 'has type string: no element [0]',
  },
  {
    rule: 'keys of objects',
    it: withBuild({}, take('$(tasks.build.results.meta.name)')),
    path: 'spec.tasks[1].params[0].value',
    message: 'no key "name" among its properties',
  },
  {
    rule: 'whole lists among text',
    it: withBuild({}, take('all: $(tasks.build.results.layers[*])')),
    path: 'spec.tasks[1].params[0].value',
    message: 'variable is not properly isolated',
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
  {
    rule: `${resources}/validate_dependencies.go validateResultRef`,
    it: pipeline({
      tasks: [build],
      workspaces: [{ name: 'source' }],
      finally: [{ name: 'z', taskSpec: { steps: [{ image, args: ['$(tasks.zz.results.r)'] }] } }],
    }),
    path: 'spec.finally[0]',
    message: 'invalid result reference in pipeline task "z": referenced pipeline task "zz" does not exist',
  },
])('$rule: $message', ({ it, path, message }) => {
  const problems = validate(it, known);

  expect(problems).toContainEqual({ path, message: expect.stringContaining(message) as string });
});

test('a pipeline that uses its tasks as they are meant has no problem', () => {
  const problems = validate(
    object(
      {
        params: [
          { name: 'l', type: 'array' },
          { name: 'f', enum: ['oci'] },
          { name: 'o', properties: { url: {} } },
        ],
        results: [
          { name: 'digest', value: '$(tasks.build.results.digest)' },
          { name: 'size', value: '$(tasks.build.results.meta.size)' },
        ],
      },
      {
        ...build,
        ...params(
          ['tags', '$(params.l[*])'],
          ['source', { url: '$(params.o.url)' }],
          ['format', '$(params.f)'],
        ),
      },
      { ...checked, runAfter: ['build'] },
      {
        name: 'list',
        taskRef: { name: 'list' },
        params: [{ name: 'items', value: '$(tasks.check.results.verdict[*])' }],
      },
      { ...take('$(tasks.build.results.layers[0])'), name: 'a' },
      { ...take('$(tasks.build.results.meta.url)@$(tasks.build.results.digest)'), name: 'b' },
      { name: 'c', taskRef: { name: 'list' }, params: [{ name: 'items', value: ['$(params.l[*])', 'x'] }] },
      {
        name: 'd',
        taskRef: { resolver: 'hub', params: [] },
        params: [{ name: 'x', value: '$(tasks.b.results.anything)' }],
      },
    ),
    { ...known, tasks: (ref) => (ref.resolver === undefined ? known.tasks?.(ref) : undefined) },
  );

  expect(problems).toMatchObject([
    {
      path: 'spec.tasks[6].params[0].value',
      message: expect.stringContaining('"anything" is not a named result'),
    },
  ]);
});

test('extra params are no problem of other people, since Tekton ignores them', () => {
  const pipelineWithExtra = withBuild(params(['more', 'a']));

  expect(validate(pipelineWithExtra, { ...known, lenient: true })).toEqual([]);
});

test('a task that nobody knows is not checked', () => {
  expect(
    validate(
      object({}, { name: 'a', taskRef: { name: 'elsewhere' }, params: [{ name: 'x', value: ['a'] }] }),
      known,
    ),
  ).toEqual([]);
});
