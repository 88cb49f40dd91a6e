import { indexProblem, namesOf, placedParams } from '../language/index.ts';
import type { Param, ParamSpec, PipelineRun, PipelineSpec, TaskRun, TaskSpec } from '../objects/api.gen.ts';
import { type Problem, problemIf } from '../objects/problem.ts';
import { unresolvableDefaults } from './defaults.ts';
import {
  enumProblems,
  keyProblems,
  missingProblems,
  resolvedTaskProblems,
  sayingsOfTask,
  typeProblems,
} from './given-params.ts';
import { pipelineTexts, taskTexts } from './indexed-texts.ts';
import { type KnownObjects, lookUp, taskSpecOf } from './known.ts';
import { unknownMatrixParams } from './matrix.ts';
import { boundProblems, unboundProblems } from './workspaces.ts';

/** TaskRunReasonFailedValidation. */
const INVALID = 'TaskRunValidationFailed';

const missingKeys = ['ObjectParameterMissKeys', 'pipelineRun missing object keys for parameters:'] as const;

/** The spec that a PipelineRun runs, where it is known. */
export function pipelineSpecOf({ spec = {} }: PipelineRun, known: KnownObjects): PipelineSpec | undefined {
  if (spec.pipelineSpec) return spec.pipelineSpec;
  return spec.pipelineRef && lookUp(known.pipelines, spec.pipelineRef, 'Pipeline')?.spec;
}

/** What the controller checks when it starts a PipelineRun (pkg/reconciler/pipelinerun/pipelinerun.go, reconcile). */
export function pipelineStartProblems(
  { spec = {} }: PipelineRun,
  pipeline: PipelineSpec,
  known: KnownObjects = {},
): readonly Problem[] {
  const { workspaces = [], taskRunSpecs = [] } = spec;
  const params = placedParams(spec.params, 'spec');
  const specs = pipeline.params ?? [];
  const bound = namesOf(workspaces);
  const tasks = [...(pipeline.tasks ?? []), ...(pipeline.finally ?? [])];
  const taskNames = new Set(tasks.map(({ name = '' }) => name));
  return [
    ...missingProblems(specs, params, ['ParameterMissing', 'pipelineRun missing parameters:'], 'spec.params'),
    ...typeProblems(specs, params, ['ParameterTypeMismatch', 'parameters have inconsistent types :']),
    ...enumProblems(specs, params),
    ...keyProblems(specs, params, missingKeys, 'spec.params'),
    ...indexProblems(specs, params, pipelineTexts(pipeline), 'ParamArrayIndexingInvalid'),
    ...unresolvableDefaults(specs, params, 'spec.params'),
    ...tasks
      .flatMap((task) =>
        unknownMatrixParams(task, namesOf([...specs, ...params]), `pipeline task ${task.name ?? ''}`),
      )
      .map(({ path, message }) => ({ path: 'spec.params', message: `${path}: ${message}` })),
    ...(pipeline.workspaces ?? [])
      .filter(({ name, optional }) => optional !== true && !bound.has(name))
      .map(({ name }) => ({
        path: 'spec.workspaces',
        reason: 'InvalidWorkspaceBindings',
        message: `pipeline requires workspace with name ${JSON.stringify(name)} be provided by pipelinerun`,
      })),
    ...taskRunSpecs.flatMap(({ pipelineTaskName = '' }, index) =>
      problemIf(
        !taskNames.has(pipelineTaskName),
        `spec.taskRunSpecs[${index}].pipelineTaskName`,
        `pipelineRun's taskrunSpecs defined wrong taskName: ${JSON.stringify(pipelineTaskName)}, does not exist in Pipeline`,
        'InvalidTaskRunSpecs',
      ),
    ),
    ...tasks.flatMap((task) => {
      const given = namesOf(task.workspaces ?? []);
      const declared = taskSpecOf(task, known)?.workspaces?.filter(({ name }) => given.has(name)) ?? [];
      return unboundProblems(task, declared, bound, 'spec.workspaces').map(withoutReason);
    }),
  ];
}

/** Told now of what ends the run only when the task is to start. */
function withoutReason({ path, message }: Problem): Problem {
  return { path, message };
}

/** The spec that a TaskRun runs, where it is known. */
export function taskRunSpecOf({ spec = {} }: TaskRun, known: KnownObjects): TaskSpec | undefined {
  if (spec.taskSpec) return spec.taskSpec;
  return spec.taskRef && lookUp(known.tasks, spec.taskRef, 'Task')?.spec;
}

/** What the controller checks when it starts a TaskRun (pkg/reconciler/taskrun/taskrun.go, prepare). */
export function taskStartProblems(
  { metadata, spec = {} }: TaskRun,
  task: TaskSpec,
  name = spec.taskRef?.name ?? metadata?.name ?? '',
): readonly Problem[] {
  const params = placedParams(spec.params, 'spec');
  const specs = task.params ?? [];
  return [
    ...resolvedTaskProblems(specs, params, sayingsOfTask(name, INVALID), 'spec.params'),
    ...enumProblems(specs, params),
    ...indexProblems(specs, params, taskTexts(task), INVALID),
    // Into a spec inside the run, workspaces propagate.
    ...boundProblems(task.workspaces ?? [], spec.workspaces ?? [], 'spec.workspaces', {
      propagates: spec.taskSpec !== undefined,
    }),
    ...overrideProblems(spec, task),
  ];
}

/** validateOverrides (validate_taskrun.go). */
export function overrideProblems(
  spec: Pick<NonNullable<TaskRun['spec']>, 'stepSpecs' | 'sidecarSpecs'>,
  task: TaskSpec,
): readonly Problem[] {
  const kinds = [
    ['stepSpecs', 'Step', namesOf(task.steps ?? [])],
    ['sidecarSpecs', 'Sidecar', namesOf(task.sidecars ?? [])],
  ] as const;
  return kinds.flatMap(([field, kind, names]) =>
    (spec[field] ?? []).flatMap(({ name }, index) =>
      problemIf(
        !names.has(name),
        `spec.${field}[${index}].name`,
        `invalid ${kind}Override: No ${kind} named ${name}`,
        INVALID,
      ),
    ),
  );
}

function indexProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  texts: readonly string[],
  reason: string,
): readonly Problem[] {
  const message = indexProblem(specs, params, texts);
  return message === undefined ? [] : [{ path: 'spec.params', reason, message }];
}
