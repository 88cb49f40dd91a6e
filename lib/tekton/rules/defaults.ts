import { expressionsIn, isList, namesOf, specType } from '../language/index.ts';
import type { Param, ParamSpec } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';

/** maxParamReferenceDepth (pkg/reconciler/pipelinerun/resources/apply.go). */
const DEEPEST = 10;

/** Defaults that refer to each other in a circle, or too far (resolveStringParamRecursively; since v1.9). */
export function defaultProblems(specs: readonly ParamSpec[], path: string): readonly Problem[] {
  const references = new Map(
    specs.flatMap(({ name, default: value }) =>
      typeof value === 'string' ? [[name, paramsIn(value)] as const] : [],
    ),
  );
  const heights = new Map<string, number>();
  for (const [index, { name }] of specs.entries()) {
    const message = depthProblem(name, references, [], heights);
    // The others of a circle would say the same.
    if (message !== undefined) return [{ path: `${path}[${index}].default`, message }];
  }
  return [];
}

/** Follows references; `heights` keeps how far each finished param goes, so that none is followed twice. */
function depthProblem(
  name: string,
  references: ReadonlyMap<string, readonly string[]>,
  trail: readonly string[],
  heights: Map<string, number>,
): string | undefined {
  if (trail.includes(name)) {
    return `parameter resolution failed: circular dependency detected in param "params.${name}" (${[...trail, name].join(' -> ')})`;
  }
  if (trail.length + (heights.get(name) ?? 0) > DEEPEST) {
    return `parameter resolution failed: maximum recursion depth (${DEEPEST}) exceeded for param "params.${name}"`;
  }
  if (heights.has(name)) return undefined;
  let height = 0;
  for (const next of references.get(name) ?? []) {
    const problem = depthProblem(next, references, [...trail, name], heights);
    if (problem !== undefined) return problem;
    height = Math.max(height, 1 + (heights.get(next) ?? 0));
  }
  heights.set(name, height);
  return undefined;
}

/** Names of params that a default mentions. */
function paramsIn(text: string): readonly string[] {
  return expressionsIn(text).flatMap((expression) =>
    expression.startsWith('params.') ? [expression.slice('params.'.length)] : [],
  );
}

/** Params that a default mentions and nobody declares: a run may still bring them, so this is no error yet. */
export function undeclaredInDefaults(specs: readonly ParamSpec[], path: string): readonly Problem[] {
  const names = namesOf(specs);
  return specs.flatMap(({ name, default: value }, index) =>
    (typeof value === 'string' ? paramsIn(value) : [])
      .filter((reference) => !names.has(reference.split(/[.[]/)[0] ?? '') && !names.has(reference))
      .map((reference) => ({
        path: `${path}[${index}].default`,
        message: `parameter resolution failed: param "params.${name}" references undefined param "params.${reference}"`,
      })),
  );
}

/**
 * Defaults of strings that mention what neither the run gives nor another default of a string
 * (resolveStringParamRecursively: lists and objects are not looked up by their defaults).
 */
export function unresolvableDefaults(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  path: string,
): readonly Problem[] {
  const given = namesOf(params);
  const open = specs.filter((spec) => specType(spec) === 'string' && !given.has(spec.name));
  const known = new Set([
    ...params.flatMap(keysOf),
    ...open.filter((spec) => spec.default !== undefined).map(({ name }) => name),
  ]);
  return open.flatMap(({ name, default: value }) =>
    (typeof value === 'string' ? paramsIn(value) : [])
      .filter((reference) => !known.has(reference))
      .map((reference) => ({
        path,
        message: `parameter resolution failed: param "params.${name}" references undefined param "params.${reference}"`,
      })),
  );
}

/** What a value can be referred to as: itself, its elements, or its keys. */
function keysOf({ name, value }: Param): readonly string[] {
  if (typeof value === 'string') return [name];
  if (isList(value)) return value.map((_, index) => `${name}[${index}]`);
  return Object.keys(value).map((key) => `${name}.${key}`);
}
