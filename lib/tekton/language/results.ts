// A port of pkg/internal/resultref/resultref.go, and of where pkg/apis/pipeline/v1 looks for references to results.
import type { PipelineTask, Sidecar, Step } from '../objects/api.gen.ts';
import { expressionsIn, expressionsOf, expressionsOfWhen } from './expressions.ts';
import { allParams } from './params.ts';

/** `tasks.<task>.results.<result>`, with an index or a key of it. */
export interface ResultRef {
  readonly expression: string;
  readonly pipelineTask: string;
  readonly result: string;
  /** A number, or `*` for all of a list, an object or a matrix. */
  readonly index?: string | undefined;
  readonly property?: string | undefined;
}

/** LooksLikeResultRef: four parts or more, of which more than five are no reference after all. */
export function looksLikeResult(
  expression: string,
  roots: readonly string[] = ['tasks', 'finally'],
): boolean {
  const parts = expression.split('.');
  return parts.length >= 4 && roots.includes(parts[0] ?? '') && parts[2] === 'results';
}

/**
 * ParseTaskExpression, and with the root `steps` ParseStepExpression: only the form with dots, so a result with a dot in
 * its name cannot be referred to.
 */
export function parseResult(
  expression: string,
  roots: readonly string[] = ['tasks', 'finally'],
): ResultRef | undefined {
  const [, pipelineTask = '', , last = '', property] = expression.split('.');
  if (!looksLikeResult(expression, roots) || expression.split('.').length > 5) return undefined;
  if (property !== undefined) return { expression, pipelineTask, result: last, property };
  const index = /\[(?<index>[0-9]*\*?)\]/.exec(last)?.groups?.index;
  return { expression, pipelineTask, result: last.replaceAll(/\[[0-9]*\*?\]/g, ''), index };
}

export function resultsIn(expressions: readonly string[]): readonly ResultRef[] {
  return expressions.flatMap((expression) => parseResult(expression) ?? []);
}

const kept = new WeakMap<PipelineTask, readonly ResultRef[]>();

/**
 * PipelineTaskResultRefs: params, matrix, when, and the steps and sidecars of an embedded task. Kept by the task, of which
 * a run asks each again whenever any of them has ended.
 */
export function resultRefs(task: PipelineTask): readonly ResultRef[] {
  const known = kept.get(task);
  if (known) return known;
  const { steps = [], sidecars = [] } = task.taskSpec ?? {};
  const found = resultsIn([
    ...allParams(task).flatMap(({ value }) => expressionsOf(value)),
    ...(task.when ?? []).flatMap(expressionsOfWhen),
    ...[...steps, ...sidecars].flatMap(containerExpressions),
  ]);
  kept.set(task, found);
  return found;
}

/** Step.GetVarSubstitutionExpressions (container_types.go). */
function containerExpressions(container: Step | Sidecar): readonly string[] {
  const { name, image, imagePullPolicy, script, workingDir, command = [], args = [], env = [] } = container;
  const variables = env.flatMap(({ value, valueFrom }) => [
    value,
    ...[valueFrom?.secretKeyRef, valueFrom?.configMapKeyRef].flatMap((ref) => [ref?.key, ref?.name]),
  ]);
  const texts = [name, image, imagePullPolicy, script, workingDir, ...command, ...args, ...variables];
  return texts.flatMap((text) => expressionsIn(text ?? ''));
}
