import { expect, test } from 'vitest';
import { image, pipelineRun, step, taskRun } from '#test/tekton-objects';
import type { PipelineRun, PipelineSpec, TaskRun, TaskSpec } from '../objects/api.gen.ts';
import { optionalWorkspaceProblems } from './links.ts';
import { pipelineStartProblems, taskStartProblems } from './start.ts';
import { validate } from './validate.ts';
import { unboundProblems } from './workspaces.ts';

interface Start {
  readonly run: object;
  readonly spec: object;
  readonly reason: string;
  /** What Tekton's controller writes into the condition, after its own beginning. */
  readonly words: string;
}

const all = [{ name: 'p' }, { name: 'q', type: 'array' }, { name: 'o', properties: { a: {}, b: {} } }];

// reconcile, pkg/reconciler/pipelinerun/pipelinerun.go, in its order.
const pipelineStarts: readonly Start[] = [
  {
    run: {},
    spec: { params: all },
    reason: 'ParameterMissing',
    words: 'pipelineRun missing parameters: [p q o]',
  },
  {
    run: {
      params: [
        { name: 'p', value: ['a'] },
        { name: 'q', value: 'a' },
        { name: 'o', value: {} },
      ],
    },
    spec: { params: all },
    reason: 'ParameterTypeMismatch',
    words: 'parameters have inconsistent types : [p q]',
  },
  {
    run: { params: [{ name: 'p', value: 'c' }] },
    spec: {
      params: [
        { name: 'p', enum: ['a', 'b'] },
        { name: 'o', properties: { a: {} }, default: {} },
      ],
    },
    reason: 'InvalidParamValue',
    words: 'param `p` value: c is not in the enum list',
  },
  {
    run: { params: [{ name: 'o', value: { a: '' } }] },
    spec: {
      params: [
        { name: 'o', properties: { a: {}, b: {}, c: {} } },
        { name: 'd', properties: { x: {} }, default: {} },
      ],
    },
    reason: 'ObjectParameterMissKeys',
    words: 'pipelineRun missing object keys for parameters: map[d:[x] o:[b c]]',
  },
  {
    run: { params: [{ name: 'l', value: ['a'] }] },
    spec: {
      params: [{ name: 'l', type: 'array' }],
      tasks: [
        { name: 'a', when: [{ input: '$(params.l[7])', operator: 'in', values: ['$(params["l"][1])'] }] },
      ],
    },
    reason: 'ParamArrayIndexingInvalid',
    words: 'non-existent param references:[$(params.l[7]) $(params["l"][1])]',
  },
  {
    run: {},
    spec: { workspaces: [{ name: 'w' }, { name: 'free', optional: true }] },
    reason: 'InvalidWorkspaceBindings',
    words: 'pipeline requires workspace with name "w" be provided by pipelinerun',
  },
  {
    run: { taskRunSpecs: [{ pipelineTaskName: 'z' }] },
    spec: {},
    reason: 'InvalidTaskRunSpecs',
    words: `pipelineRun's taskrunSpecs defined wrong taskName: "z", does not exist in Pipeline`,
  },
];

test.for(pipelineStarts)('a PipelineRun ends with $reason: $words', ({ run, spec, reason, words }) => {
  expect(firstOf(pipelineStartProblems(pipelineRun(run) as PipelineRun, spec as PipelineSpec))).toEqual({
    reason,
    words,
  });
});

// prepare, pkg/reconciler/taskrun/taskrun.go, in its order.
const invalid = 'invalid input params for task t:';
const taskStarts: readonly Start[] = [
  {
    run: {},
    spec: { params: all },
    reason: 'TaskRunValidationFailed',
    words: `${invalid} missing values for these params which have no default values: [p q o]`,
  },
  {
    run: {
      params: [
        { name: 'p', value: ['a'] },
        { name: 'q', value: '$(tasks.a.results.r[*])' },
        { name: 'o', value: 'a' },
      ],
    },
    spec: { params: all },
    reason: 'TaskRunValidationFailed',
    words: `${invalid} param types don't match the user-specified type: [p o]`,
  },
  {
    run: { params: [{ name: 'o', value: {} }] },
    spec: { params: [{ name: 'o', properties: { a: {}, b: {} } }] },
    reason: 'TaskRunValidationFailed',
    words: `${invalid} missing keys for these params which are required in ParamSpec's properties map[o:[a b]]`,
  },
  {
    run: { params: [{ name: 'p', value: 'c' }] },
    spec: { params: [{ name: 'p', enum: ['a', 'b'] }] },
    reason: 'InvalidParamValue',
    words: 'param `p` value: c is not in the enum list',
  },
  {
    run: { params: [{ name: 'l', value: ['a'] }] },
    spec: { params: [{ name: 'l', type: 'array' }], steps: [{ ...step, script: 'echo $(params.l[1])' }] },
    reason: 'TaskRunValidationFailed',
    words: 'non-existent param references:[$(params.l[1])]',
  },
  {
    run: {},
    spec: { workspaces: [{ name: 'w' }] },
    reason: 'TaskRunValidationFailed',
    words: 'declared workspace "w" is required but has not been bound',
  },
  {
    run: { workspaces: [{ name: 'w', emptyDir: {} }] },
    spec: {},
    reason: 'TaskRunValidationFailed',
    words: 'workspace binding "w" does not match any declared workspace',
  },
  {
    run: { stepSpecs: [{ name: 'z' }] },
    spec: { steps: [step] },
    reason: 'TaskRunValidationFailed',
    words: 'invalid StepOverride: No Step named z',
  },
];

test.for(taskStarts)('a TaskRun ends with $reason: $words', ({ run, spec, reason, words }) => {
  const given = taskRun({ taskRef: { name: 't' }, ...run }) as TaskRun;

  expect(firstOf(taskStartProblems(given, spec as TaskSpec))).toEqual({ reason, words });
});

/** What a run would end with. */
function firstOf(problems: ReturnType<typeof taskStartProblems>) {
  const first = problems.find(({ reason }) => reason !== undefined);
  return first && { reason: first.reason, words: first.words ?? first.message };
}

// PipelineSpec.GetIndexingReferencesToArrayParams does not look into the steps of a task.
test('an element beyond the end of a list is no matter of the pipeline where a step of an embedded task asks for it', () => {
  const run = pipelineRun({ params: [{ name: 'l', value: ['a'] }] }) as PipelineRun;
  const script = 'echo $(params.l[1])';

  expect(
    pipelineStartProblems(run, {
      params: [{ name: 'l', type: 'array' }],
      tasks: [{ name: 'a', taskSpec: { steps: [{ name: 's', image, script }] } }],
    }),
  ).toEqual([]);
});

// ValidateOptionalWorkspaces, pkg/reconciler/pipelinerun/resources/validate_dependencies.go, asks for `workspace` alone.
test('an optional workspace that a task takes by its own name is left to the run', () => {
  const spec = { workspaces: [{ name: 'w', optional: true }] };
  const task = { workspaces: [{ name: 'w' }] };

  expect(optionalWorkspaceProblems({ name: 'a', workspaces: [{ name: 'w' }] }, task, spec, '')).toEqual([]);
  expect(
    optionalWorkspaceProblems({ name: 'a', workspaces: [{ name: 'w', workspace: 'w' }] }, task, spec, ''),
  ).toMatchObject([{ reason: 'RequiredWorkspaceMarkedOptional' }]);
});

// getTaskrunWorkspaces, pkg/reconciler/pipelinerun/pipelinerun.go.
test.for([
  ['by another name', [{ name: 'in', workspace: 'w' }], undefined, ['w'], undefined],
  ['by its name', [{ name: 'in' }], undefined, ['in'], undefined],
  ['of an embedded task, unasked', [], {}, ['in'], undefined],
  [
    'not given to the run',
    [{ name: 'in', workspace: 'w' }],
    undefined,
    ['in'],
    'expected workspace "w" to be provided by pipelinerun for pipeline task "a"',
  ],
  [
    'not given to the task',
    [],
    undefined,
    ['in'],
    'declared workspace "in" is required but has not been bound',
  ],
] as const)('a workspace %s', ([, workspaces, taskSpec, bound, message]) => {
  const task = { name: 'a', workspaces, taskSpec };

  expect(
    unboundProblems(task, [{ name: 'in' }, { name: 'free', optional: true }], new Set(bound), 'p'),
  ).toEqual(message === undefined ? [] : [{ path: 'p', message, reason: 'CreateRunFailed' }]);
});

test('a webhook gives no reasons', () => {
  const problems = validate(
    pipelineRun({ pipelineSpec: { params: all, tasks: [{ name: 'a', taskRef: { name: 't' } }] } }),
  );

  expect(problems.length).toBeGreaterThan(0);
  expect(problems.map((problem) => Object.keys(problem).sort())).toEqual(
    problems.map(() => ['message', 'path']),
  );
});
