import { isMatrixed, parseResult, specType, wholeExpression } from '../language/index.ts';
import type { ParamSpec, PipelineSpec, TaskResult } from '../objects/api.gen.ts';
import { type KnownObjects, taskSpecOf } from './known.ts';
import { resultType } from './results.ts';

/** What references inside a pipeline lead to. */
export interface ReferenceTypes {
  readonly param: (name: string) => ParamSpec | undefined;
  readonly result: (pipelineTask: string, name: string) => TaskResult | undefined;
  /** The results of a pipeline task; undefined where they are not known. */
  readonly results: (pipelineTask: string) => readonly TaskResult[] | undefined;
  readonly isMatrixed: (pipelineTask: string) => boolean;
  /** Why a pipeline task has no results at all; only who has found every task knows. */
  readonly unmet?: (pipelineTask: string) => string | undefined;
}

export function referenceTypes(spec: PipelineSpec, known: KnownObjects): ReferenceTypes {
  const params = new Map((spec.params ?? []).map((param) => [param.name, param]));
  const tasks = [...(spec.tasks ?? []), ...(spec.finally ?? [])];
  const matrixed = new Set(tasks.filter(isMatrixed).map(({ name = '' }) => name));
  const results = new Map(
    tasks.flatMap((task) => {
      const taskSpec = taskSpecOf(task, known);
      return taskSpec ? [[task.name ?? '', taskSpec.results ?? []] as const] : [];
    }),
  );
  return {
    param: (name) => params.get(name),
    result: (task, name) => results.get(task)?.find((result) => result.name === name),
    results: (task) => results.get(task),
    isMatrixed: (task) => matrixed.has(task),
  };
}

/** The type of a text once its references are replaced (applyOrCorrect, param_types.go); undefined when not known. */
export function typeOfText(text: string, types: ReferenceTypes): string | undefined {
  const expression = wholeExpression(text);
  // Among other text, and in brackets, a reference stays a piece of a string.
  if (expression === undefined) return 'string';
  const result = parseResult(expression);
  if (result) {
    if (types.isMatrixed(result.pipelineTask)) return 'array';
    if (result.property !== undefined || /^\d+$/.test(result.index ?? '')) return 'string';
    const declared = types.result(result.pipelineTask, result.result);
    return declared && resultType(declared);
  }
  const name = /^params\.(?<name>[^[]+)(?:\[\*\])?$/.exec(expression)?.groups?.name;
  if (name === undefined) return 'string';
  const declared = types.param(name);
  if (declared) return specType(declared);
  // A key of an object, or a param that a run hands down.
  return types.param(name.split('.')[0] ?? '') ? 'string' : undefined;
}
