import type { Param, PipelineTask } from '../model/api.ts';
import { stringReplacements, substituteText } from '../variables/substitute.ts';

/**
 * What a run of a pipeline task is called, by the params that it was given: the names of all combinations of its matrix
 * that it is of, else the task's own (ResolvedPipelineTask.getDisplayName, pipelinerunstate.go).
 */
export function shownName(
  task: PipelineTask | undefined,
  params: readonly Param[],
): { readonly displayName?: string } {
  const values = new Map(
    params.flatMap(({ name, value }) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );
  const replacements = stringReplacements(
    Array.from(values, ([name, value]) => [`params.${name}`, value] as const),
  );
  const included = (task?.matrix?.include ?? []).filter(
    ({ name, params: own = [] }) =>
      name && own.every((one) => values.has(one.name) && isOf(one, values.get(one.name))),
  );
  const name = included.map((one) => one.name).join(' ') || task?.displayName;
  return name ? { displayName: substituteText(name, replacements) } : {};
}

function isOf({ value }: Param, given: string | undefined): boolean {
  return typeof value !== 'string' || value === given;
}
