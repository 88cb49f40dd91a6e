import { type EmbeddedTask, isList, type ParamValue, type PipelineTask, type WhenExpression } from './api.ts';

/** `tasks.<task>.results.<result>`, with an index or a key of it. */
export interface ResultReference {
  readonly pipelineTask: string;
  readonly result: string;
  readonly index?: number;
  readonly key?: string;
}

/** Everything between `$(` and `)` that has the form of a variable (variableSubstitutionFormat, resultref.go). */
export function expressionsIn(text: string): readonly string[] {
  if (!text.includes('$(')) return [];
  const matches = text.matchAll(/\$\(([_a-zA-Z0-9.-]+(?:\.[_a-zA-Z0-9.-]+)*(?:\[(?:[0-9]+|\*)\])?)\)/g);
  return Array.from(matches, ([, expression]) => expression ?? '');
}

export function textsOf(value: ParamValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return isList(value) ? value : Object.values(value);
}

/** Only the form with dots is a reference; `results["r"]` is not (pkg/internal/resultref/resultref.go). */
export function parseResultReference(
  expression: string,
  prefixes = ['tasks', 'finally'],
): ResultReference | undefined {
  const parts = expression.split('.');
  const [prefix = '', pipelineTask = '', results, last = '', key] = parts;
  if (!prefixes.includes(prefix) || results !== 'results' || parts.length > 5 || parts.length < 4)
    return undefined;
  if (key !== undefined) return { pipelineTask, result: last, key };
  const [, result = last, index] = /^(.*?)\[(\d+|\*)\]$/.exec(last) ?? [];
  return { pipelineTask, result, ...(index === undefined || index === '*' ? {} : { index: Number(index) }) };
}

const referencesOf = new WeakMap<PipelineTask, readonly ResultReference[]>();

/**
 * Where a pipeline task refers to results: params, matrix, when, and the body of an embedded task. Kept by the task,
 * of which each is asked again whenever any of them has ended.
 */
export function resultReferences(task: PipelineTask): readonly ResultReference[] {
  const known = referencesOf.get(task);
  if (known) return known;
  const found = textsIn(task)
    .flatMap(expressionsIn)
    .flatMap((expression) => parseResultReference(expression) ?? []);
  referencesOf.set(task, found);
  return found;
}

function textsIn(task: PipelineTask): readonly string[] {
  const params = [
    ...(task.params ?? []),
    ...(task.matrix?.params ?? []),
    ...(task.matrix?.include ?? []).flatMap((include) => include.params ?? []),
  ];
  return [
    ...params.flatMap(({ value }) => textsOf(value)),
    ...(task.when ?? []).flatMap(textsOfWhen),
    ...(task.taskSpec ? textsOfBody(task.taskSpec) : []),
  ];
}

export function textsOfWhen({ input, values, cel }: WhenExpression): readonly string[] {
  return [input ?? '', cel ?? '', ...(values ?? [])];
}

/** Steps and sidecars only: that is where results propagate to (GetVarSubstitutionExpressions, pipeline_validation.go). */
function textsOfBody({ steps = [], sidecars = [] }: EmbeddedTask): readonly string[] {
  return [...steps, ...sidecars].flatMap((container) => [
    container.script ?? '',
    container.image ?? '',
    container.workingDir ?? '',
    ...(container.command ?? []),
    ...(container.args ?? []),
    ...(container.env ?? []).flatMap(({ value, valueFrom }) => [
      value ?? '',
      ...[valueFrom?.secretKeyRef, valueFrom?.configMapKeyRef].flatMap((ref) =>
        ref ? [ref.key, ref.name ?? ''] : [],
      ),
    ]),
  ]);
}
