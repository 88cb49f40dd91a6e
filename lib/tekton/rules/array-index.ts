import type { Param, ParamSpec, PipelineSpec, TaskSpec } from '../api.gen.ts';
import { isList, textsOf } from '../param-value.ts';
import type { Problem } from '../problem.ts';

const pattern =
  /\$\(params(?:\.(?<dotted>[_a-zA-Z0-9.-]+)|\[(?:'|")(?<quoted>[_a-zA-Z0-9./-]+)(?:'|")\])\[(?<index>[0-9]+)\]\)/g;

/**
 * ValidateOutOfBoundArrayParams (pkg/reconciler/taskrun/resources/validate_params.go): an element beyond the end of a
 * list, of which the run or the default gives the length.
 */
export function arrayIndexProblems(
  specs: readonly ParamSpec[],
  params: readonly Param[],
  texts: readonly string[],
  path: string,
): readonly Problem[] {
  const lengths = new Map<string, number>();
  for (const { name, value } of [...specs.map(({ name, default: value }) => ({ name, value })), ...params]) {
    if (value !== undefined && isList(value)) lengths.set(name, value.length);
  }
  const outside = texts.flatMap((text) =>
    Array.from(text.matchAll(pattern)).flatMap(({ 0: reference, groups = {} }) => {
      const length = lengths.get(groups.dotted ?? groups.quoted ?? '');
      return length !== undefined && Number(groups.index) >= length ? [reference] : [];
    }),
  );
  if (outside.length === 0) return [];
  return [{ path, message: `non-existent param references:[${[...new Set(outside)].sort().join(' ')}]` }];
}

/** PipelineSpec.GetIndexingReferencesToArrayParams: params, matrix, subPath of tasks, and when. */
export function pipelineTexts(spec: PipelineSpec): readonly string[] {
  const tasks = spec.tasks ?? [];
  return [
    ...[...tasks, ...(spec.finally ?? [])].flatMap(({ params = [], matrix, when = [] }) => [
      ...[...params, ...(matrix?.params ?? [])].flatMap(({ value }) => textsOf(value)),
      ...when.flatMap(({ input = '', values = [] }) => [input, ...values]),
    ]),
    ...tasks.flatMap(({ workspaces = [] }) => workspaces.map(({ subPath = '' }) => subPath)),
  ];
}

/** TaskSpec.GetIndexingReferencesToArrayParams looks nearly everywhere. */
export function taskTexts({
  steps,
  stepTemplate,
  volumes,
  workspaces,
  sidecars,
}: TaskSpec): readonly string[] {
  return stringsIn({ steps, stepTemplate, volumes, workspaces, sidecars });
}

/** Every string in a value, keys of maps aside. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
