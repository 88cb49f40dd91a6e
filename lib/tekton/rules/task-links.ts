import {
  allParams,
  goList,
  isList,
  matrixParams,
  namesOf,
  type PlacedParam,
  paramType,
  placedParams,
  specType,
} from '../language/index.ts';
import type { Param, PipelineTask, TaskSpec } from '../objects/api.gen.ts';
import { type Problem, problemOf } from '../objects/problem.ts';
import { enumProblems, keyProblems, missingProblems, sayingsOfTask, typeProblems } from './given-params.ts';
import { type ReferenceTypes, typeOfText } from './reference-types.ts';
import { trimIndex, variablesIn } from './variables.ts';

/**
 * What a pipeline task hands to its task: ValidateResolvedTask and ValidateEnumParam
 * (pkg/reconciler/taskrun/validate_taskrun.go), ValidateParamEnumSubset (pkg/reconciler/pipelinerun/resources).
 */
export function taskParamProblems(
  task: PipelineTask,
  spec: TaskSpec,
  types: ReferenceTypes,
  path: string,
): readonly Problem[] {
  const { params: specs = [] } = spec;
  const given = placedParams(task.params, path);
  const varied = matrixParams(task, path);
  const name = task.taskRef?.name ?? task.name ?? '';
  const { missing, types: mistyped, keys } = sayingsOfTask(name, 'PipelineValidationFailed');
  const typeOf = (value: Param['value']) =>
    typeof value === 'string' ? typeOfText(value, types) : paramType(value);
  const objects = namesOf(given.filter(({ value }) => paramType(value) === 'object'));
  return [
    ...missingProblems(specs, [...given, ...varied], missing, `${path}.params`),
    ...typeProblems(specs, given, mistyped, typeOf, varied),
    // Values from references and defaults are checked when the run starts.
    ...keyProblems(
      specs.filter((declared) => objects.has(declared.name)),
      given,
      keys,
      path,
    ),
    ...enumProblems(specs, knownTexts(task, path)),
    ...given.flatMap((param) => {
      const { enum: allowed = [] } = specs.find((declared) => declared.name === param.name) ?? {};
      const message = enumSubsetProblem(param.value, allowed, name, types.param);
      return problemOf(param.path, message);
    }),
  ];
}

/** A text without references is known before the run; of a matrix, each element is one. */
function knownTexts(task: PipelineTask, path: string): readonly PlacedParam[] {
  const elements = matrixParams(task, path).flatMap((param) =>
    isList(param.value)
      ? param.value.map((value, index) => ({ ...param, value, path: `${param.path}[${index}]` }))
      : [param],
  );
  return [...placedParams(task.params, path), ...elements].filter(
    ({ value }) => typeof value === 'string' && !value.includes('$('),
  );
}

/** Params that the task does not know; Tekton ignores them. */
export function extraParamProblems(task: PipelineTask, spec: TaskSpec, path: string): readonly Problem[] {
  const names = namesOf(spec.params ?? []);
  return allParams(task, path)
    .filter(({ name }) => !names.has(name))
    .map((param) => ({
      path: param.path.replace(/\.value$/, '.name'),
      message: `the task has no param ${JSON.stringify(param.name)}; it has: ${[...names].join(', ') || 'none'}`,
    }));
}

/** A pipeline's param that is handed on, and nothing beside it, may not allow more than the task does. */
export function enumSubsetProblem(
  value: Param['value'],
  allowed: readonly string[],
  task: string,
  paramOf: ReferenceTypes['param'],
): string | undefined {
  const { names } = variablesIn(typeof value === 'string' ? value : '', 'params');
  const [first] = names;
  if (first === undefined || names.length > 1 || allowed.length === 0) return undefined;
  const param = paramOf(trimIndex(first));
  if (!param || specType(param) !== 'string') return undefined;
  const own = param.enum ?? [];
  if (own.length === 0) {
    return `pipeline param "${param.name}" has no enum, but referenced in "${task}" task has enums: ${goList(allowed)}`;
  }
  if (own.every((element) => allowed.includes(element))) return undefined;
  return `pipeline param "${param.name}" enum: ${goList(own)} is not a subset of the referenced in "${task}" task param enum: ${goList(allowed)}`;
}
