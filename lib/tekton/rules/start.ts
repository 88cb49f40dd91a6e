import type { Param, ParamSpec, PipelineRun, PipelineSpec, TaskRun, TaskSpec } from '../api.gen.ts';
import { paramType } from '../param-value.ts';
import type { Problem } from '../problem.ts';
import { arrayIndexProblems, pipelineTexts, taskTexts } from './array-index.ts';
import { unresolvableDefaults } from './defaults.ts';
import { expressionsIn } from './expressions.ts';
import { type KnownObjects, lookUp, taskSpecOf } from './known.ts';
import { unknownMatrixParams } from './matrix.ts';
import { namesOf, specType } from './params.ts';
import { enumProblem, missingKeys, missingParams } from './task-links.ts';

/** The spec that a PipelineRun runs, where it is known. */
export function pipelineSpecOf({ spec = {} }: PipelineRun, known: KnownObjects): PipelineSpec | undefined {
  if (spec.pipelineSpec) return spec.pipelineSpec;
  return spec.pipelineRef && lookUp(known.pipelines, spec.pipelineRef, 'Pipeline')?.spec;
}

/** What the controller checks when it starts a PipelineRun (pkg/reconciler/pipelinerun/pipelinerun.go, reconcile). */
export function pipelineStartProblems(
  { spec = {} }: PipelineRun,
  pipeline: PipelineSpec,
  known: KnownObjects,
): readonly Problem[] {
  const { params = [], workspaces = [], taskRunSpecs = [] } = spec;
  const specs = pipeline.params ?? [];
  const missing = missingParams(specs, params);
  const bound = namesOf(workspaces);
  const tasks = [...(pipeline.tasks ?? []), ...(pipeline.finally ?? [])];
  const taskNames = new Set(tasks.map(({ name = '' }) => name));
  return [
    ...(missing.length === 0
      ? []
      : [{ path: 'spec.params', message: `pipelineRun missing parameters: [${missing.join(' ')}]` }]),
    ...valueProblems(specs, params, {
      type: 'parameters have inconsistent types :',
      key: 'pipelineRun missing object keys for parameters:',
    }),
    ...arrayIndexProblems(specs, params, pipelineTexts(pipeline), 'spec.params'),
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
        message: `pipeline requires workspace with name ${JSON.stringify(name)} be provided by pipelinerun`,
      })),
    ...taskRunSpecs.flatMap(({ pipelineTaskName = '' }, index) =>
      taskNames.has(pipelineTaskName)
        ? []
        : [
            {
              path: `spec.taskRunSpecs[${index}].pipelineTaskName`,
              message: `pipelineRun's taskrunSpecs defined wrong taskName: ${JSON.stringify(pipelineTaskName)}, does not exist in Pipeline`,
            },
          ],
    ),
    ...tasks.flatMap((task) =>
      (task.workspaces ?? []).flatMap(({ name, workspace = '' }) => {
        const wanted = workspace === '' ? name : workspace;
        const declared = taskSpecOf(task, known)?.workspaces?.find((candidate) => candidate.name === name);
        if (bound.has(wanted) || !declared || declared.optional === true) return [];
        const message = `expected workspace ${JSON.stringify(wanted)} to be provided by pipelinerun for pipeline task ${JSON.stringify(task.name ?? '')}`;
        return [{ path: 'spec.workspaces', message }];
      }),
    ),
  ];
}

/** The spec that a TaskRun runs, where it is known. */
export function taskRunSpecOf({ spec = {} }: TaskRun, known: KnownObjects): TaskSpec | undefined {
  if (spec.taskSpec) return spec.taskSpec;
  return spec.taskRef && lookUp(known.tasks, spec.taskRef, 'Task')?.spec;
}

/** What the controller checks when it starts a TaskRun (pkg/reconciler/taskrun/taskrun.go, prepare). */
export function taskStartProblems({ spec = {} }: TaskRun, task: TaskSpec): readonly Problem[] {
  const { params = [], workspaces = [] } = spec;
  const specs = task.params ?? [];
  const missing = missingParams(specs, params);
  const bound = namesOf(workspaces);
  const declared = namesOf(task.workspaces ?? []);
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            path: 'spec.params',
            message: `missing values for these params which have no default values: [${missing.join(' ')}]`,
          },
        ]),
    ...valueProblems(specs, params, {
      type: "param types don't match the user-specified type:",
      key: "missing keys for these params which are required in ParamSpec's properties",
      // A pipeline would put a list in its place, and so nobody looks.
      mayRefer: true,
    }),
    ...arrayIndexProblems(specs, params, taskTexts(task), 'spec.params'),
    ...(task.workspaces ?? [])
      .filter(({ name, optional }) => optional !== true && !bound.has(name))
      .map(({ name }) => ({
        path: 'spec.workspaces',
        message: `declared workspace ${JSON.stringify(name)} is required but has not been bound`,
      })),
    // Into a spec inside the run, workspaces propagate.
    ...(spec.taskSpec
      ? []
      : workspaces.flatMap(({ name }, index) =>
          declared.has(name)
            ? []
            : [
                {
                  path: `spec.workspaces[${index}].name`,
                  message: `workspace binding ${JSON.stringify(name)} does not match any declared workspace`,
                },
              ],
        )),
    ...overrideProblems(spec, task),
  ];
}

/** validateOverrides (validate_taskrun.go). */
function overrideProblems(spec: NonNullable<TaskRun['spec']>, task: TaskSpec): readonly Problem[] {
  const kinds = [
    ['stepSpecs', 'Step', namesOf(task.steps ?? [])],
    ['sidecarSpecs', 'Sidecar', namesOf(task.sidecars ?? [])],
  ] as const;
  return kinds.flatMap(([field, kind, names]) =>
    (spec[field] ?? []).flatMap(({ name }, index) =>
      names.has(name)
        ? []
        : [
            {
              path: `spec.${field}[${index}].name`,
              message: `invalid ${kind}Override: No ${kind} named ${name}`,
            },
          ],
    ),
  );
}

/** Types, keys of objects and enums of the values that a run gives. */
function valueProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  words: { readonly type: string; readonly key: string; readonly mayRefer?: boolean },
): readonly Problem[] {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const inParams = params.flatMap(({ name, value }, index) => {
    const spec = byName.get(name);
    if (!spec) return [];
    const path = `spec.params[${index}].value`;
    const isReference =
      words.mayRefer === true && typeof value === 'string' && expressionsIn(value).length > 0;
    if (paramType(value) !== specType(spec) && !isReference) {
      return [{ path, message: `${words.type} [${name}] is ${specType(spec)}, not ${paramType(value)}` }];
    }
    const message = typeof value === 'string' ? enumProblem(name, value, spec) : undefined;
    return message === undefined ? [] : [{ path, message }];
  });
  const inKeys = specs.flatMap((spec) => {
    const index = params.findIndex(({ name }) => name === spec.name);
    const missing = missingKeys(spec, params[index]?.value);
    if (missing.length === 0) return [];
    const path = index < 0 ? 'spec.params' : `spec.params[${index}].value`;
    return [{ path, message: `${words.key} map[${spec.name}:[${missing.join(' ')}]]` }];
  });
  return [...inParams, ...inKeys];
}
