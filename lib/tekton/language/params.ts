// Params as they are declared and given: pkg/apis/pipeline/v1/param_types.go and pkg/reconciler/taskrun/validate_taskrun.go.
import type { Param, ParamSpec, PipelineTask } from '../objects/api.gen.ts';
import { expressionsIn } from './expressions.ts';
import { isList, paramType } from './param-value.ts';

/** The type of a parameter: what it says, else what its properties or its default imply (ParamSpec.SetDefaults). */
export function specType({ type, properties, default: value }: ParamSpec): string {
  if (type !== undefined && type !== '') return type;
  if (properties) return 'object';
  return value === undefined ? 'string' : paramType(value);
}

export function namesOf(named: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(named.map(({ name }) => name));
}

/** Go prints a list without commas; messages keep that. */
export function goList(names: readonly string[]): string {
  return `[${names.join(' ')}]`;
}

/** A param of a pipeline task, and where its value stands. */
export interface PlacedParam extends Param {
  readonly path: string;
}

/** extractAllParams: of the task, of its matrix, and of what the matrix includes. */
export function allParams(task: PipelineTask, path = ''): readonly PlacedParam[] {
  return [...placedParams(task.params, path), ...matrixParams(task, path)];
}

export function matrixParams({ matrix }: PipelineTask, path = ''): readonly PlacedParam[] {
  return [
    ...placedParams(matrix?.params, `${path}.matrix`),
    ...(matrix?.include ?? []).flatMap(({ params }, row) =>
      placedParams(params, `${path}.matrix.include[${row}]`),
    ),
  ];
}

export function placedParams(params: readonly Param[] | undefined, path: string): readonly PlacedParam[] {
  return (params ?? []).map((param, index) => ({ ...param, path: `${path}.params[${index}].value` }));
}

export function missingParams(specs: readonly ParamSpec[], params: readonly Param[]): readonly string[] {
  const given = namesOf(params);
  return specs.filter((spec) => spec.default === undefined && !given.has(spec.name)).map(({ name }) => name);
}

/** The type of a value, where it is not for a variable to say. */
export function typeUnlessReference(value: Param['value']): string | undefined {
  return typeof value === 'string' && expressionsIn(value).length > 0 ? undefined : paramType(value);
}

/** Params whose value has another type than declared, where its type is known. */
export function mistypedParams<P extends Param>(
  specs: readonly ParamSpec[],
  params: readonly P[],
  typeOf: (value: Param['value']) => string | undefined = paramType,
): readonly P[] {
  const types = new Map(specs.map((spec) => [spec.name, specType(spec)]));
  return params.filter(({ name, value }) => {
    const type = typeOf(value);
    return type !== undefined && (types.get(name) ?? type) !== type;
  });
}

/** MissingKeysObjectParamNames: the value and the default must give all keys together. */
export function missingKeys(spec: ParamSpec, value: Param['value'] | undefined): readonly string[] {
  if (specType(spec) !== 'object') return [];
  const given = [spec.default, value].filter((part) => part !== undefined && paramType(part) === 'object');
  if (given.length === 0) return [];
  const keys = new Set(given.flatMap((part) => Object.keys(part ?? {})));
  return Object.keys(spec.properties ?? {}).filter((key) => !keys.has(key));
}

/** Keys that are missing, param by param, as Go prints a map; empty when none is. */
export function missingKeysMap(specs: readonly ParamSpec[], params: readonly Param[], times = 1): string {
  const values = new Map(params.map(({ name, value }) => [name, value]));
  const missing = specs.flatMap((spec) => {
    const keys = missingKeys(spec, values.get(spec.name));
    return keys.length === 0
      ? []
      : [
          `${spec.name}:${goList(
            Array.from({ length: times }, () => keys)
              .flat()
              .sort(),
          )}`,
        ];
  });
  return missing.length === 0 ? '' : `map${goList(missing.sort())}`;
}

/** A value outside its enum (ValidateEnumParam); an empty one is taken for none. */
export function enumProblem({ name, value }: Param, values: readonly string[]): string | undefined {
  if (typeof value !== 'string' || value === '' || values.length === 0 || values.includes(value)) {
    return undefined;
  }
  return `param \`${name}\` value: ${value} is not in the enum list`;
}

const element =
  /\$\(params(?:\.(?<dotted>[_a-zA-Z0-9.-]+)|\[(?:'|")(?<quoted>[_a-zA-Z0-9./-]+)(?:'|")\])\[(?<index>[0-9]+)\]\)/g;

/**
 * An element beyond the end of a list, of which the run or the default gives the length (ValidateOutOfBoundArrayParams,
 * pkg/reconciler/taskrun/resources/validate_params.go).
 */
export function indexProblem(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  texts: readonly string[],
): string | undefined {
  const lengths = new Map<string, number>();
  for (const { name, value } of [...specs.map(({ name, default: value }) => ({ name, value })), ...params]) {
    if (value !== undefined && isList(value)) lengths.set(name, value.length);
  }
  const outside = texts.flatMap((text) =>
    Array.from(text.matchAll(element)).flatMap(({ 0: reference, groups = {} }) => {
      const length = lengths.get(groups.dotted ?? groups.quoted ?? '');
      return length !== undefined && Number(groups.index) >= length ? [reference] : [];
    }),
  );
  if (outside.length === 0) return undefined;
  return `non-existent param references:${goList([...new Set(outside)].sort())}`;
}
