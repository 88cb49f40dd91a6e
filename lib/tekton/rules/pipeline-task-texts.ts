import type { Param, PipelineTask, Sidecar, Step } from '../api.gen.ts';
import { expressionsIn, expressionsOf, expressionsOfWhen, type ResultRef, resultsIn } from './expressions.ts';

/** A param of a pipeline task, and where its value stands. */
export interface PlacedParam extends Param {
  readonly path: string;
}

/** extractAllParams: of the task, of its matrix, and of what the matrix includes. */
export function allParams(task: PipelineTask, path = ''): readonly PlacedParam[] {
  return [...placed(task.params, path), ...matrixParams(task, path)];
}

export function matrixParams({ matrix }: PipelineTask, path = ''): readonly PlacedParam[] {
  return [
    ...placed(matrix?.params, `${path}.matrix`),
    ...(matrix?.include ?? []).flatMap(({ params }, row) => placed(params, `${path}.matrix.include[${row}]`)),
  ];
}

function placed(params: readonly Param[] | undefined, path: string): readonly PlacedParam[] {
  return (params ?? []).map((param, index) => ({ ...param, path: `${path}.params[${index}].value` }));
}

export function isMatrixed({ matrix }: PipelineTask): boolean {
  return (matrix?.params?.length ?? 0) > 0 || (matrix?.include?.length ?? 0) > 0;
}

/** PipelineTaskResultRefs: params, matrix, when, and the steps and sidecars of an embedded task. */
export function resultRefs(task: PipelineTask): readonly ResultRef[] {
  return resultsIn([
    ...allParams(task).flatMap(({ value }) => expressionsOf(value)),
    ...(task.when ?? []).flatMap(expressionsOfWhen),
    ...[...(task.taskSpec?.steps ?? []), ...(task.taskSpec?.sidecars ?? [])].flatMap(containerExpressions),
  ]);
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
