import type { Param, ParamSpec, PipelineTask, TaskSpec } from '../api.gen.ts';
import { isList, paramType } from '../param-value.ts';
import type { Problem } from '../problem.ts';
import { namesOf, specType } from './params.ts';
import { allParams, matrixParams } from './pipeline-task-texts.ts';
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

export function missingParams(specs: readonly ParamSpec[], params: readonly Param[]): readonly string[] {
  const given = namesOf(params);
  return specs.filter((spec) => spec.default === undefined && !given.has(spec.name)).map(({ name }) => name);
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
  return [...valueProblems(name, value, spec, path), ...enumSubsetProblems(value, spec, task, types, path)];
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

export function missingKeys(spec: ParamSpec, value: Param['value'] | undefined): readonly string[] {
  if (specType(spec) !== 'object') return [];
  const given = [spec.default, value].filter((part) => part !== undefined && paramType(part) === 'object');
  if (given.length === 0) return [];
  const keys = new Set(given.flatMap((part) => Object.keys(part ?? {})));
  return Object.keys(spec.properties ?? {}).filter((key) => !keys.has(key));
}

/** A text without references is known before the run. */
function valueProblems(name: string, value: string, spec: ParamSpec, path: string): readonly Problem[] {
  if (value.includes('$(')) return [];
  const message = enumProblem(name, value, spec);
  return message === undefined ? [] : [{ path, message }];
}

export function enumProblem(
  name: string,
  value: string,
  { enum: values = [] }: ParamSpec,
): string | undefined {
  if (value === '' || values.length === 0 || values.includes(value)) return undefined;
  return `param \`${name}\` value: ${value} is not in the enum list [${values.join(' ')}]`;
}

/** A pipeline's param that is handed on may not allow more than the task does. */
function enumSubsetProblems(
  value: string,
  { enum: allowed = [] }: ParamSpec,
  task: string,
  types: ReferenceTypes,
  path: string,
): readonly Problem[] {
  const { names } = variablesIn(value, 'params');
  const [first] = names;
  if (first === undefined || names.length > 1 || allowed.length === 0) return [];
  const param = types.param(trimIndex(first));
  if (!param || specType(param) !== 'string') return [];
  const own = param.enum ?? [];
  if (own.length === 0) {
    const message = `pipeline param "${param.name}" has no enum, but referenced in "${task}" task has enums: [${allowed.join(' ')}]`;
    return [{ path, message }];
  }
  if (own.every((element) => allowed.includes(element))) return [];
  const message = `pipeline param "${param.name}" enum: [${own.join(' ')}] is not a subset of the referenced in "${task}" task param enum: [${allowed.join(' ')}]`;
  return [{ path, message }];
}
