import type { Param, ParamSpec } from '../api.gen.ts';
import { paramType } from '../language/param-value.ts';
import {
  enumProblem,
  goList,
  indexProblem,
  missingKeys,
  missingKeysMap,
  missingParams,
  mistypedParams,
  specType,
} from '../language/params.ts';
import type { Problem } from '../problem.ts';

// What the controllers say of the params that a run or a pipeline task gives.

/** The reason in the condition, and how the message there begins. */
type Saying = readonly [reason: string, words: string];

export function missingProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  [reason, words]: Saying,
  path = 'spec.params',
): readonly Problem[] {
  const missing = missingParams(specs, params);
  return missing.length === 0 ? [] : [{ path, reason, message: `${words} ${goList(missing)}` }];
}

/** One for each param of another type; `varied` are those that a matrix gives, which are strings. */
export function typeProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  [reason, words]: Saying,
  options: { readonly path?: string; readonly references?: boolean; readonly varied?: readonly Param[] } = {},
): readonly Problem[] {
  const { path = 'spec.params', varied = [] } = options;
  const types = new Map(specs.map((spec) => [spec.name, specType(spec)]));
  const wrong = [
    ...mistypedParams(specs, params, options),
    ...varied.filter(({ name }) => (types.get(name) ?? 'string') !== 'string'),
  ];
  return wrong.map((param) => {
    const index = params.indexOf(param);
    const type = index < 0 ? 'string' : paramType(param.value);
    return {
      path: index < 0 ? path : `${path}[${index}].value`,
      reason,
      words: `${words} ${goList(wrong.map(({ name }) => name))}`,
      message: `${words} [${param.name}] is ${types.get(param.name)}, not ${type}`,
    };
  });
}

export function enumProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  path = 'spec.params',
): readonly Problem[] {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  return params.flatMap((param, index) => {
    const { enum: values = [] } = byName.get(param.name) ?? {};
    const words = enumProblem(param, values);
    if (words === undefined) return [];
    const message = `${words} ${goList(values)}`;
    return [{ path: `${path}[${index}].value`, reason: 'InvalidParamValue', words, message }];
  });
}

export function keyProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  [reason, words]: Saying,
  path = 'spec.params',
): readonly Problem[] {
  const all = `${words} ${missingKeysMap(specs, params)}`;
  return specs.flatMap((spec) => {
    const index = params.findIndex(({ name }) => name === spec.name);
    const missing = missingKeys(spec, params[index]?.value);
    if (missing.length === 0) return [];
    const message = `${words} map[${spec.name}:${goList(missing)}]`;
    return [{ path: index < 0 ? path : `${path}[${index}].value`, reason, words: all, message }];
  });
}

export function indexProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  texts: readonly string[],
  reason: string,
): readonly Problem[] {
  const message = indexProblem(specs, params, texts);
  return message === undefined ? [] : [{ path: 'spec.params', reason, message }];
}

/** ValidateResolvedTask (pkg/reconciler/taskrun/validate_taskrun.go), once all references have their values. */
export function resolvedTaskProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  options: {
    readonly task: string;
    readonly reason: string;
    readonly path?: string;
    readonly varied?: readonly Param[];
  },
): readonly Problem[] {
  const { task, reason, path, varied = [] } = options;
  const say = (words: string): Saying => [reason, `invalid input params for task ${task}: ${words}`];
  return [
    ...missingProblems(
      specs,
      [...params, ...varied],
      say('missing values for these params which have no default values:'),
      path,
    ),
    ...typeProblems(specs, params, say("param types don't match the user-specified type:"), {
      ...options,
      // A pipeline would put a list in its place, and so nobody looks.
      references: true,
    }),
    ...keyProblems(
      specs,
      params,
      say("missing keys for these params which are required in ParamSpec's properties"),
      path,
    ),
  ];
}
