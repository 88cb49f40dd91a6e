import type { Param, ParamSpec, PipelineTask, TaskSpec } from '../api.gen.ts';
import { isList, paramType } from '../language/param-value.ts';
import {
  allParams,
  enumProblem,
  goList,
  matrixParams,
  missingKeys,
  missingParams,
  namesOf,
  specType,
} from '../language/params.ts';
import type { Problem } from '../problem.ts';
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
  const specs = new Map((spec.params ?? []).map((declared) => [declared.name, declared]));
  const name = task.taskRef?.name ?? task.name ?? '';
  const missing = missingParams([...specs.values()], allParams(task));
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            path: `${path}.params`,
            message: `invalid input params for task ${name}: missing values for these params which have no default values: [${missing.join(' ')}]`,
          },
        ]),
    ...(task.params ?? []).flatMap((param, index) => {
      const declared = specs.get(param.name);
      return declared ? paramProblems(param, declared, name, types, `${path}.params[${index}].value`) : [];
    }),
    ...matrixParams(task, path).flatMap((param) => {
      const declared = specs.get(param.name);
      return declared ? matrixParamProblems(param, declared, name, param.path) : [];
    }),
  ];
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

function paramProblems(
  { name, value }: Param,
  spec: ParamSpec,
  task: string,
  types: ReferenceTypes,
  path: string,
): readonly Problem[] {
  const wanted = specType(spec);
  const type = typeof value === 'string' ? typeOfText(value, types) : paramType(value);
  if (type !== undefined && type !== wanted) {
    const message = `invalid input params for task ${task}: param types don't match the user-specified type: [${name}] is ${wanted}, not ${type}`;
    return [{ path, message }];
  }
  if (typeof value !== 'string') return missingKeyProblems(value, spec, task, path);
  const message = enumSubsetProblem(value, spec.enum ?? [], task, types.param);
  return [...valueProblems(name, value, spec, path), ...(message === undefined ? [] : [{ path, message }])];
}

function matrixParamProblems(
  { name, value }: Param,
  spec: ParamSpec,
  task: string,
  path: string,
): readonly Problem[] {
  if (specType(spec) !== 'string') {
    const message = `invalid input params for task ${task}: param types don't match the user-specified type: [${name}] is ${specType(spec)}, and a matrix gives strings`;
    return [{ path, message }];
  }
  if (typeof value === 'string') return valueProblems(name, value, spec, path);
  if (!isList(value)) return [];
  return value.flatMap((element, index) => valueProblems(name, element, spec, `${path}[${index}]`));
}

/** MissingKeysObjectParamNames: the value and the default must give all keys together. */
function missingKeyProblems(
  value: Param['value'],
  spec: ParamSpec,
  task: string,
  path: string,
): readonly Problem[] {
  const missing = missingKeys(spec, value);
  if (missing.length === 0) return [];
  const message = `invalid input params for task ${task}: missing keys for these params which are required in ParamSpec's properties map[${spec.name}:[${missing.join(' ')}]]`;
  return [{ path, message }];
}

/** A text without references is known before the run. */
function valueProblems(
  name: string,
  value: string,
  { enum: values = [] }: ParamSpec,
  path: string,
): readonly Problem[] {
  if (value.includes('$(')) return [];
  const words = enumProblem({ name, value }, values);
  return words === undefined ? [] : [{ path, message: `${words} ${goList(values)}` }];
}

/** A pipeline's param that is handed on, and nothing beside it, may not allow more than the task does. */
export function enumSubsetProblem(
  value: string,
  allowed: readonly string[],
  task: string,
  paramOf: ReferenceTypes['param'],
): string | undefined {
  const { names } = variablesIn(value, 'params');
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
