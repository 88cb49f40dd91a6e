import { parseResult, stepParamProblems } from '#lib/tekton/objects';
import type { Step, StepAction, TaskSpec } from '../model/api.ts';
import { refuseFirst } from '../model/refuse.ts';
import type { TaskRequest } from '../prepare/task-request.ts';
import {
  defaultReplacements,
  mergeReplacements,
  paramReplacements,
  type Replacements,
  stringReplacements,
  substituteParams,
} from '../variables/substitute.ts';
import { substituteStep } from '../variables/substitute-task.ts';
import { taskReplacements } from '../variables/task-substitutions.ts';

/** A Task whose steps with a `ref` are filled in from their StepActions (GetStepActionsData, resources/taskspec.go). */
export function applyStepActions({
  spec,
  stepActions,
  params,
}: Pick<TaskRequest, 'spec' | 'stepActions' | 'params'>): TaskSpec {
  if (stepActions.size === 0) return spec;
  const outer = taskReplacements(spec, params);
  const steps = (spec.steps ?? []).map((step, index) => {
    const action = stepActions.get(index);
    return action ? applyStepAction(step, index, action, outer) : step;
  });
  return { ...spec, steps };
}

/** @throws {InvalidRunError} for params that the StepAction does not have, or needs and does not get */
function applyStepAction(step: Step, index: number, action: StepAction, outer: Replacements): Step {
  const specs = action.spec?.params ?? [];
  const given = substituteParams(step.params ?? [], outer);
  const { ref: _, params: __, ...own } = step;
  const where = `failed to resolve step ref for step "${step.name}" (index ${index})`;
  refuseFirst(stepParamProblems(specs, given, ''), { TaskRunResolutionFailed: `${where}: ` });
  const replacements = mergeReplacements(
    defaultReplacements(specs),
    paramReplacements(given),
    stringReplacements(resultReferences(step, action)),
  );
  const { image, command, args, script, workingDir, env, volumeMounts, results, securityContext } =
    action.spec ?? {};
  const filled = substituteStep(
    {
      name: step.name,
      ...(image !== undefined && { image }),
      ...(command && { command }),
      ...(args && { args }),
      ...(script !== undefined && { script }),
      ...(workingDir !== undefined && { workingDir }),
      ...(env && { env }),
      ...(volumeMounts && { volumeMounts }),
    },
    replacements,
  );
  return {
    ...own,
    ...filled,
    ...(results && { results }),
    ...(securityContext && { securityContext }),
  };
}

/** A param that is the result of an earlier step is not known yet: a reference takes its place (replacementsFromStepResults). */
function resultReferences(step: Step, action: StepAction): readonly (readonly [string, string])[] {
  return (step.params ?? []).flatMap(({ name, value }) => {
    const [, expression] = typeof value === 'string' ? (/^\$\((steps\.[^()]*)\)$/.exec(value) ?? []) : [];
    const reference = expression === undefined ? undefined : parseResult(expression, ['steps']);
    if (!reference) return [];
    const target = `steps.${reference.pipelineTask}.results.${reference.result}`;
    const spec = action.spec?.params?.find((param) => param.name === name);
    if (spec?.type === 'object') {
      return Object.keys(spec.properties ?? {}).map(
        (key) => [`params.${name}.${key}`, `$(${target}.${key})`] as const,
      );
    }
    const keys = [`params.${name}`, `params["${name}"]`, `params['${name}']`];
    if (spec?.type !== 'array') return keys.map((key) => [key, `$(${expression})`] as const);
    const indices = [...JSON.stringify(action.spec).matchAll(/params[^()]*\[(\d+)\]/g)].map(
      ([, index]) => index,
    );
    return keys.flatMap((key) =>
      ['*', ...new Set(indices)].map((index) => [`${key}[${index}]`, `$(${target}[${index}])`] as const),
    );
  });
}
