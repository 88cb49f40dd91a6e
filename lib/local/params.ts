import { type Param, type ParamSpec, type ParamValue, typeOf } from './api.ts';
import { InvalidRunError } from './errors.ts';
import { expressionsIn, textsOf } from './references.ts';
import {
  noReplacements,
  paramReplacements,
  type Replacements,
  substituteText,
  substituteValue,
} from './substitute.ts';

const DEEPEST = 10;

/** The type of a parameter: what it says, else what its properties or its default imply (ParamSpec.SetDefaults). */
export function declaredType({ type, properties, default: value }: ParamSpec): string {
  return type ?? (properties ? 'object' : value === undefined ? 'string' : typeOf(value));
}

/** Go prints a list without commas; messages keep that. */
export function goList(names: readonly string[]): string {
  return `[${names.join(' ')}]`;
}

export function missingParams(specs: readonly ParamSpec[], params: readonly Param[]): readonly string[] {
  const given = new Set(params.map(({ name }) => name));
  return specs.filter((spec) => spec.default === undefined && !given.has(spec.name)).map(({ name }) => name);
}

/** Params whose value has another type than declared; a lone reference may still become an array or object. */
export function mistypedParams(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  { references = false } = {},
): readonly string[] {
  const types = new Map(specs.map((spec) => [spec.name, declaredType(spec)]));
  return params
    .filter(({ name, value }) => {
      const type = types.get(name);
      if (type === undefined || type === typeOf(value)) return false;
      return !(references && typeof value === 'string' && expressionsIn(value).length > 0);
    })
    .map(({ name }) => name);
}

/** Keys of object params that neither the value nor the default gives, in Go's notation of a map; '' when none is missing. */
export function missingKeys(specs: readonly ParamSpec[], params: readonly Param[]): string {
  const values = new Map(params.map(({ name, value }) => [name, value]));
  const missing = specs.flatMap((spec) => {
    if (declaredType(spec) !== 'object') return [];
    const given = [spec.default, values.get(spec.name)].filter(
      (value) => value !== undefined && typeOf(value) === 'object',
    );
    if (given.length === 0) return [];
    const keys = new Set(given.flatMap((value) => Object.keys(value as object)));
    const lacking = Object.keys(spec.properties ?? {}).filter((key) => !keys.has(key));
    return lacking.length === 0 ? [] : [`${spec.name}:${goList(lacking)}`];
  });
  return missing.length === 0 ? '' : `map${goList(missing.sort())}`;
}

/** A value outside its enum, in Tekton's words (ValidateEnumParam, pkg/reconciler/taskrun/validate_taskrun.go). */
export function enumProblem(specs: readonly ParamSpec[], params: readonly Param[]): string | undefined {
  const enums = new Map(specs.map((spec) => [spec.name, spec.enum ?? []]));
  for (const { name, value } of params) {
    const allowed = enums.get(name) ?? [];
    if (typeof value !== 'string' || value === '' || allowed.length === 0 || allowed.includes(value))
      continue;
    return `param \`${name}\` value: ${value} is not in the enum list`;
  }
  return undefined;
}

/** References such as `$(params.list[3])` beyond the end of the list (ValidateOutOfBoundArrayParams). */
export function indexProblem(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  texts: Iterable<string>,
): string | undefined {
  const lengths = new Map<string, number>();
  for (const { name, value } of [
    ...specs.map((spec) => ({ name: spec.name, value: spec.default })),
    ...params,
  ]) {
    if (value !== undefined && typeOf(value) === 'array') lengths.set(name, textsOf(value).length);
  }
  const outside = new Set<string>();
  for (const text of texts) {
    for (const [reference, dotted, quoted, index] of text.matchAll(
      /\$\(params(?:\.([_a-zA-Z0-9.-]+)|\[(?:'|")([_a-zA-Z0-9./-]+)(?:'|")\])\[([0-9]+)\]\)/g,
    )) {
      const length = lengths.get(dotted ?? quoted ?? '');
      if (length !== undefined && Number(index) >= length) outside.add(reference);
    }
  }
  if (outside.size === 0) return undefined;
  return `non-existent param references:${goList([...outside].sort())}`;
}

/**
 * What a pipeline's params stand for: the run's values, then its defaults, which may refer to each other
 * (ApplyParameters, pkg/reconciler/pipelinerun/resources/apply.go).
 *
 * @throws {InvalidRunError} for a cycle or a reference to no param
 */
export function pipelineReplacements(specs: readonly ParamSpec[], params: readonly Param[]): Replacements {
  const resolved = new Map<string, ParamValue>(params.map(({ name, value }) => [name, value]));
  const defaults = new Map(
    specs.flatMap(({ name, default: value }) =>
      value === undefined || resolved.has(name) ? [] : [[name, value]],
    ),
  );
  const known = () => paramReplacements(Array.from(resolved, ([name, value]) => ({ name, value })));

  const resolve = (name: string, visiting: readonly string[]): void => {
    const value = defaults.get(name);
    if (resolved.has(name) || value === undefined) return;
    if (visiting.includes(name)) throw unresolvable(`circular dependency detected in param "params.${name}"`);
    if (visiting.length > DEEPEST) {
      throw unresolvable(`maximum recursion depth (${DEEPEST}) exceeded for param "params.${name}"`);
    }
    for (const reference of textsOf(value).flatMap(expressionsIn)) {
      const [, referred = ''] = /^params\.([^.[]+(?:\.[^[]*)?)/.exec(reference) ?? [];
      const target = [referred, referred.split('.')[0] ?? ''].find(
        (key) => resolved.has(key) || defaults.has(key),
      );
      if (target !== undefined) resolve(target, [...visiting, name]);
      else if (referred !== '' && typeof value === 'string') {
        throw unresolvable(`param "params.${name}" references undefined param "params.${referred}"`);
      }
    }
    resolved.set(name, substituteTexts(value, known()));
  };
  for (const name of defaults.keys()) resolve(name, []);
  return known();
}

/** Only strings are put in: a default never changes its type. */
function substituteTexts(value: ParamValue, { strings }: Replacements): ParamValue {
  return typeof value === 'string'
    ? substituteText(value, { strings })
    : substituteValue(value, { ...noReplacements, strings });
}

function unresolvable(problem: string): InvalidRunError {
  return new InvalidRunError(`parameter resolution failed: ${problem}`, { path: 'spec.params' });
}
