import {
  enumProblem,
  goList,
  missingKeys,
  missingKeysMap,
  missingParams,
  mistypedParams,
  type PlacedParam,
  paramType,
  specType,
  typeUnlessReference,
} from '../language/index.ts';
import type { Param, ParamSpec } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';

// What the controllers say of the params that a run, a pipeline task or a step gives.

/** The reason in the condition, and how the message there begins. */
type Saying = readonly [reason: string, words: string];

export function missingProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  [reason, words]: Saying,
  path: string,
): readonly Problem[] {
  const missing = missingParams(specs, params);
  return missing.length === 0 ? [] : [{ path, reason, message: `${words} ${goList(missing)}` }];
}

/** One for each param of another type; `varied` are those that a matrix gives, which are strings. */
export function typeProblems(
  specs: readonly ParamSpec[],
  params: readonly PlacedParam[],
  [reason, words]: Saying,
  typeOf: (value: Param['value']) => string | undefined = paramType,
  varied: readonly PlacedParam[] = [],
): readonly Problem[] {
  const wrong = [...mistypedParams(specs, params, typeOf), ...mistypedParams(specs, varied, () => 'string')];
  const all = `${words} ${goList(wrong.map(({ name }) => name))}`;
  const types = new Map(specs.map((spec) => [spec.name, specType(spec)]));
  return wrong.map((param) => {
    const given = varied.includes(param) ? 'and a matrix gives strings' : `not ${typeOf(param.value)}`;
    const message = `${words} [${param.name}] is ${types.get(param.name)}, ${given}`;
    return { path: param.path, reason, words: all, message };
  });
}

export function enumProblems(
  specs: readonly ParamSpec[],
  params: readonly PlacedParam[],
): readonly Problem[] {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  return params.flatMap((param) => {
    const { enum: values = [] } = byName.get(param.name) ?? {};
    const words = enumProblem(param, values);
    if (words === undefined) return [];
    const message = `${words} ${goList(values)}`;
    return [{ path: param.path, reason: 'InvalidParamValue', words, message }];
  });
}

export function keyProblems(
  specs: readonly ParamSpec[],
  params: readonly PlacedParam[],
  [reason, words]: Saying,
  path: string,
): readonly Problem[] {
  const all = `${words} ${missingKeysMap(specs, params)}`;
  return specs.flatMap((spec) => {
    const param = params.find(({ name }) => name === spec.name);
    const missing = missingKeys(spec, param?.value);
    if (missing.length === 0) return [];
    const message = `${words} map[${spec.name}:${goList(missing)}]`;
    return [{ path: param?.path ?? path, reason, words: all, message }];
  });
}

/** What ValidateResolvedTask (pkg/reconciler/taskrun/validate_taskrun.go) says. */
export function sayingsOfTask(task: string, reason: string) {
  const say = (words: string): Saying => [reason, `invalid input params for task ${task}: ${words}`];
  return {
    missing: say('missing values for these params which have no default values:'),
    types: say("param types don't match the user-specified type:"),
    keys: say("missing keys for these params which are required in ParamSpec's properties"),
  };
}

/**
 * ValidateResolvedTask, when everything that is known by then has been put in. A variable that is left may become a list
 * or an object, so there nobody looks.
 */
export function resolvedTaskProblems(
  specs: readonly ParamSpec[],
  params: readonly PlacedParam[],
  { missing, types, keys }: ReturnType<typeof sayingsOfTask>,
  path: string,
  varied: readonly PlacedParam[] = [],
): readonly Problem[] {
  return [
    ...missingProblems(specs, [...params, ...varied], missing, path),
    ...typeProblems(specs, params, types, typeUnlessReference, varied),
    ...keyProblems(specs, params, keys, path),
  ];
}
