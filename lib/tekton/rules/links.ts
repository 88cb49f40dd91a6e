import { goList, namesOf, resultRefs } from '../language/index.ts';
import type { Param, ParamSpec, PipelineSpec, PipelineTask, Step, TaskSpec } from '../objects/api.gen.ts';
import { type Problem, problemIf } from '../objects/problem.ts';
import { missingProblems } from './given-params.ts';
import { type KnownObjects, lookUp, taskSpecOf } from './known.ts';
import { referenceTypes } from './reference-types.ts';
import { pipelineResultLinkProblems, taskResultLinkProblems } from './result-links.ts';
import { extraParamProblems, taskParamProblems } from './task-links.ts';
import { boundProblems } from './workspaces.ts';

export interface LinkOptions extends KnownObjects {
  readonly lenient?: boolean | undefined;
}

/** What Tekton's controller checks of a pipeline once it has fetched the tasks that it refers to. */
export function pipelineLinkProblems(
  spec: PipelineSpec,
  path: string,
  options: LinkOptions,
): readonly Problem[] {
  const types = referenceTypes(spec, options);
  const problems = (task: PipelineTask, at: string): readonly Problem[] => {
    const taskSpec = taskSpecOf(task, options);
    return [
      ...taskResultLinkProblems(task, types, at, options),
      ...(task.pipelineSpec ? pipelineLinkProblems(task.pipelineSpec, `${at}.pipelineSpec`, options) : []),
      ...(task.taskSpec ? stepLinkProblems(task.taskSpec, `${at}.taskSpec`, options) : []),
      ...(taskSpec
        ? [
            ...taskParamProblems(task, taskSpec, types, at),
            ...(task.taskRef
              ? boundProblems(taskSpec.workspaces ?? [], task.workspaces ?? [], `${at}.workspaces`)
              : []),
            ...optionalWorkspaceProblems(task, taskSpec, spec, at),
            // Tekton ignores them, so other people may have some.
            ...(options.lenient === true ? [] : extraParamProblems(task, taskSpec, at)),
          ]
        : []),
    ];
  };
  return [
    ...(spec.tasks ?? []).flatMap((task, index) => problems(task, `${path}.tasks[${index}]`)),
    ...(spec.finally ?? []).flatMap((task, index) => problems(task, `${path}.finally[${index}]`)),
    ...finallyProblems(spec, `${path}.finally`),
    ...pipelineResultLinkProblems(spec.results ?? [], types, `${path}.results`, options),
  ];
}

/** Results of unknown tasks in a matrix or an embedded task of finally, where no graph and no webhook looks. */
function finallyProblems({ tasks = [], finally: list = [] }: PipelineSpec, path: string): readonly Problem[] {
  const names = new Set([...tasks, ...list].map(({ name = '' }) => name));
  return list.flatMap(({ name = '', matrix, taskSpec }, index) => {
    const unknown = resultRefs({ matrix, taskSpec }).map(({ pipelineTask }) => pipelineTask);
    return [...new Set(unknown)]
      .filter((task) => !names.has(task))
      .map((task) => ({
        path: `${path}[${index}]`,
        message: `invalid result reference in pipeline task ${JSON.stringify(name)}: referenced pipeline task ${JSON.stringify(task)} does not exist`,
      }));
  });
}

/** ValidateOptionalWorkspaces (validate_dependencies.go). */
export function optionalWorkspaceProblems(
  task: PipelineTask,
  taskSpec: TaskSpec,
  spec: PipelineSpec,
  path: string,
): readonly Problem[] {
  const optional = new Set(
    (spec.workspaces ?? []).filter((ws) => ws.optional === true).map(({ name }) => name),
  );
  const required = new Set(
    (taskSpec.workspaces ?? []).filter((ws) => ws.optional !== true).map(({ name }) => name),
  );
  return (task.workspaces ?? []).flatMap(({ name, workspace = '' }, index) =>
    problemIf(
      optional.has(workspace) && required.has(name),
      `${path}.workspaces[${index}].workspace`,
      `pipeline workspace ${JSON.stringify(workspace)} is marked optional but pipeline task ${JSON.stringify(task.name ?? '')} requires it be provided`,
      'RequiredWorkspaceMarkedOptional',
    ),
  );
}

/** validateStepHasStepActionParameters (pkg/reconciler/taskrun/resources/validate_params.go). */
export function stepLinkProblems(spec: TaskSpec, path: string, options: KnownObjects): readonly Problem[] {
  return (spec.steps ?? []).flatMap((step, index) =>
    oneStepProblems(step, `${path}.steps[${index}].params`, options),
  );
}

function oneStepProblems(
  { ref, params = [] }: Step,
  path: string,
  options: KnownObjects,
): readonly Problem[] {
  const action = ref && lookUp(options.stepActions, ref, 'StepAction');
  return action ? stepParamProblems(action.spec?.params ?? [], params, path) : [];
}

/** What a step gives to its StepAction: each param that it has, and nothing else. */
export function stepParamProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  path: string,
): readonly Problem[] {
  const names = namesOf(specs);
  const extra = params.map(({ name }) => name).filter((name) => !names.has(name));
  const reason = 'TaskRunResolutionFailed';
  return [
    ...problemIf(
      extra.length > 0,
      path,
      `extra params passed by Step to StepAction: ${goList(extra)}`,
      reason,
    ),
    ...missingProblems(specs, params, [reason, 'non-existent params in Step:'], path),
  ];
}
