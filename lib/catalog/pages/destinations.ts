import type { PipelineTask } from '#lib/tekton';

/** Where a param of a pipeline goes: `task.PARAM`, or the field of the task that it decides. */
export function destinationsOf(path: string, tasks: readonly PipelineTask[]): readonly string[] {
  const pattern = new RegExp(
    `\\$\\(${path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:\\[[^\\]]*\\]|\\.[^)]+)?\\)`,
  );
  const uses = (value: unknown) => pattern.test(JSON.stringify(value ?? null));
  const places = tasks.flatMap(({ name, params = [], matrix, when, ...rest }) => [
    ...[...params, ...(matrix?.params ?? []), ...(matrix?.include ?? []).flatMap((one) => one.params ?? [])]
      .filter(({ value }) => uses(value))
      .map((param) => ({ task: name, place: param.name })),
    ...(uses(when) ? [{ task: name, place: 'when' }] : []),
    ...(uses(rest) ? [{ task: name, place: 'its own fields' }] : []),
  ]);
  const byPlace = Map.groupBy(places, ({ place }) => place);
  return [...byPlace].map(([place, list]) => {
    const names = [...new Set(list.map(({ task }) => task))];
    return place === 'when' || place === 'its own fields'
      ? `${place === 'when' ? 'whether' : 'a field of'} ${names.map((name) => `\`${name}\``).join(', ')}${place === 'when' ? ' runs' : ''}`
      : `\`${place}\` of ${names.map((name) => `\`${name}\``).join(', ')}`;
  });
}
