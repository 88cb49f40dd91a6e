import type { ParamSpec } from '../api.gen.ts';
import type { Problem } from '../problem.ts';
import { expressionsIn } from './expressions.ts';
import { namesOf } from './params.ts';

/** maxParamReferenceDepth (pkg/reconciler/pipelinerun/resources/apply.go). */
const DEEPEST = 10;

/** Defaults that refer to each other in a circle, or too far (resolveStringParamRecursively; since v1.9). */
export function defaultProblems(specs: readonly ParamSpec[], path: string): readonly Problem[] {
  const references = new Map(
    specs.flatMap(({ name, default: value }) =>
      typeof value === 'string' ? [[name, paramsIn(value)] as const] : [],
    ),
  );
  for (const [index, { name }] of specs.entries()) {
    const message = depthProblem(name, references, []);
    // The others of a circle would say the same.
    if (message !== undefined) return [{ path: `${path}[${index}].default`, message }];
  }
  return [];
}

function depthProblem(
  name: string,
  references: ReadonlyMap<string, readonly string[]>,
  trail: readonly string[],
): string | undefined {
  if (trail.includes(name)) {
    return `parameter resolution failed: circular dependency detected in param "params.${name}" (${[...trail, name].join(' -> ')})`;
  }
  if (trail.length > DEEPEST) {
    return `parameter resolution failed: maximum recursion depth (${DEEPEST}) exceeded for param "params.${name}"`;
  }
  for (const next of references.get(name) ?? []) {
    const problem = depthProblem(next, references, [...trail, name]);
    if (problem !== undefined) return problem;
  }
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
