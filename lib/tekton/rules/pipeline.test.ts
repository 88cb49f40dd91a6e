import { type Case, pipeline, pipelineOf, step, testCases, v1 } from '#test/tekton-objects';

const pipelines: readonly Case[] = [
  [
    `${v1}/pipeline_validation.go PipelineSpec.Validate`,
    pipeline({}),
    'spec',
    'expected at least one, got none',
  ],
  [
    `${v1}/pipeline_validation.go ValidateName`,
    pipelineOf({ name: 'A' }),
    'spec.tasks[0].name',
    'Pipeline Task name must be a valid DNS Label',
  ],
  [
    `${v1}/pipeline_validation.go PipelineTaskList.Validate`,
    pipeline({
      tasks: [{ name: 'a', taskRef: { name: 'x' } }],
      finally: [{ name: 'a', taskRef: { name: 'x' } }],
    }),
    'spec.finally[0].name',
    'the name "a" is used twice',
  ],
  [
    `${v1}/pipeline_validation.go validateRefOrSpec`,
    pipeline({ tasks: [{ name: 'a' }] }),
    'spec.tasks[0]',
    'got neither: taskRef, taskSpec',
  ],
  [
    `${v1}/pipeline_validation.go validateRefOrSpec`,
    pipelineOf({ taskSpec: { steps: [step] } }),
    'spec.tasks[0]',
    'got multiple: taskRef, taskSpec',
  ],
  [
    `${v1}/pipeline_validation.go validateEmbeddedOrType`,
    pipeline({ tasks: [{ name: 'a', taskSpec: { kind: 'Task', steps: [step] } }] }),
    'spec.tasks[0].taskSpec.kind',
    'cannot be specified when using taskSpec.steps',
  ],
  [
    `${v1}/pipeline_validation.go validateTask`,
    pipeline({ tasks: [{ name: 'a', taskSpec: { steps: [{ name: 'b' }] } }] }),
    'spec.tasks[0].taskSpec.steps[0].image',
    'missing field(s)',
  ],
  [
    `${v1}/pipeline_validation.go validateCustomTask`,
    pipelineOf({ taskRef: { apiVersion: 'v1', kind: 'X', name: 'x' } }),
    'spec.tasks[0].taskRef.apiVersion',
    'must be in the format "group/version"',
  ],
  [
    `${v1}/pipeline_validation.go validateCustomTask`,
    pipelineOf({ taskRef: { kind: 'X', name: 'x' } }),
    'spec.tasks[0].taskRef.apiVersion',
    'custom task ref must specify apiVersion',
  ],
  [
    `${v1}/pipeline_validation.go validateCustomTask`,
    pipeline({ tasks: [{ name: 'a', taskSpec: { apiVersion: 'a/b' } }] }),
    'spec.tasks[0].taskSpec.kind',
    'custom task spec must specify kind',
  ],
  [
    `${v1}/pipeline_validation.go ValidateOnError`,
    pipelineOf({ onError: 'skip' }),
    'spec.tasks[0].onError',
    'must be either "continue" or "stopAndFail"',
  ],
  [
    `${v1}/pipeline_validation.go ValidateOnError`,
    pipelineOf({ onError: 'continue', retries: 1 }),
    'spec.tasks[0].onError',
    'when Retries is greater than 0',
  ],
  [
    `${v1}/taskrun_validation.go TaskRunSpec.Validate`,
    pipelineOf({ retries: -1 }),
    'spec.tasks[0].retries',
    '-1 should be >= 0',
  ],
  [
    `${v1}/taskrun_validation.go TaskRunSpec.Validate`,
    pipelineOf({ timeout: '-1m' }),
    'spec.tasks[0].timeout',
    'should be >= 0',
  ],
  [
    `${v1}/pipeline_validation.go validatePipelineWorkspacesDeclarations`,
    pipeline({ tasks: [], workspaces: [{ name: '' }] }),
    'spec.workspaces[0].name',
    'workspace 0 has empty name',
  ],
  [
    `${v1}/pipeline_validation.go validatePipelineWorkspacesDeclarations`,
    pipeline({ workspaces: [{ name: 'w' }, { name: 'w' }] }),
    'spec.workspaces[1].name',
    'workspace with name "w" appears more than once',
  ],
  [
    `${v1}/pipeline_validation.go validateWorkspaces`,
    pipelineOf({ workspaces: [{ name: 'a', workspace: 'w' }] }),
    'spec.tasks[0].workspaces[0]',
    'expects workspace with name "w" but none exists in pipeline spec',
  ],
  [
    `${v1}/pipeline_validation.go validateWorkspaces`,
    pipelineOf({ workspaces: [{ name: 'w' }, { name: 'w' }] }),
    'spec.tasks[0].workspaces[1]',
    'workspace name "w" must be unique',
  ],
  [
    `${v1}/pipeline_validation.go validateTasksAndFinallySection`,
    pipeline({ finally: [{ name: 'a', taskRef: { name: 'x' } }] }),
    'spec.finally',
    'spec.tasks is empty but spec.finally has 1 tasks',
  ],
  [
    `${v1}/pipeline_validation.go validateFinalTasks`,
    pipeline({
      tasks: [{ name: 'a', taskRef: { name: 'x' } }],
      finally: [{ name: 'b', taskRef: { name: 'x' }, runAfter: ['a'] }],
    }),
    'spec.finally[0].runAfter',
    'no runAfter allowed under spec.finally, final task b has runAfter specified',
  ],
  [
    `${v1}/pipeline_validation.go validateTaskResultReferenceInFinallyTasks`,
    pipeline({
      tasks: [{ name: 'a', taskRef: { name: 'x' } }],
      finally: [
        { name: 'b', taskRef: { name: 'x' }, params: [{ name: 'p', value: '$(tasks.c.results.r)' }] },
        { name: 'c', taskRef: { name: 'x' } },
      ],
    }),
    'spec.finally[0].params[0].value',
    'final task has task result reference from a final task c',
  ],
  [
    `${v1}/pipeline_validation.go validateTaskResultReferenceInFinallyTasks`,
    pipeline({
      tasks: [{ name: 'a', taskRef: { name: 'x' } }],
      finally: [
        {
          name: 'b',
          taskRef: { name: 'x' },
          when: [{ input: '$(tasks.z.results.r)', operator: 'in', values: ['1'] }],
        },
      ],
    }),
    'spec.finally[0].when[0]',
    'from a task z which is not defined in the pipeline',
  ],
  [
    `${v1}/pipeline_validation.go validateExecutionStatusVariablesDisallowed`,
    pipelineOf({}, { params: [{ name: 'p', value: '$(tasks.t0.status)' }] }),
    'spec.tasks[1].params[0].value',
    'pipeline tasks can not refer to execution status',
  ],
  [
    `${v1}/pipeline_validation.go validateExecutionStatusVariablesAllowed`,
    pipeline({
      tasks: [{ name: 'a', taskRef: { name: 'x' } }],
      finally: [{ name: 'b', taskRef: { name: 'x' }, params: [{ name: 'p', value: '$(tasks.z.status)' }] }],
    }),
    'spec.finally[0].params[0].value',
    'pipeline task z is not defined in the pipeline',
  ],
  [
    `${v1}/pipeline_validation.go validatePipelineContextVariables`,
    pipelineOf({ params: [{ name: 'p', value: '$(context.pipelineRun.label)' }] }),
    'spec.tasks[0].params[0].value',
    'non-existent variable in',
  ],
  [
    `${v1}/pipeline_validation.go validateVarSubstitutionExpressions`,
    pipelineOf({ params: [{ name: 'p', value: '$(HOME)' }] }),
    'spec.tasks[0].params[0].value',
    '{VAR} instead',
  ],
  [
    `${v1}/pipeline_validation.go validateVarSubstitutionExpressions`,
    pipelineOf({ when: [{ input: '$(inputs.a)', operator: 'in', values: ['b'] }] }),
    'spec.tasks[0].when[0]',
    'invalid variable reference "$(inputs.a)"',
  ],
  [
    `${v1}/pipeline_validation.go validatePipelineRefResultReferencesDisallowed`,
    pipeline({
      tasks: [
        { name: 'a', pipelineRef: { name: 'x' } },
        { name: 'b', taskRef: { name: 'x' }, params: [{ name: 'p', value: '$(tasks.a.results.r)' }] },
      ],
    }),
    'spec.tasks[1]',
    'result propagation from child Pipelines is not yet implemented',
  ],
  [
    `${v1}/pipeline_defaults.go PipelineTask.SetDefaults`,
    pipeline({
      tasks: [
        {
          name: 'a',
          pipelineSpec: { params: [{ name: 'p' }], tasks: [{ name: 'b', taskRef: { name: 'x' } }] },
        },
      ],
    }),
    'spec.tasks[0].pipelineSpec.params[0].type',
    'invalid value',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/apply.go resolveStringParamRecursively',
    pipeline({ params: [{ name: 'a', default: '$(params.a)' }] }),
    'spec.params[0].default',
    'circular dependency detected in param "params.a" (a -> a)',
  ],
  [
    'pkg/reconciler/pipelinerun/resources/apply.go resolveStringParamRecursively',
    pipeline({
      params: Array.from({ length: 13 }, (_, index) => ({
        name: `p${index}`,
        default: index === 12 ? '' : `$(params.p${index + 1})`,
      })),
    }),
    'spec.params[0].default',
    'maximum recursion depth (10) exceeded',
  ],
];

testCases(pipelines);
