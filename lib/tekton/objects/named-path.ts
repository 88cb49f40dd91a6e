const words: Readonly<Record<string, string>> = {
  tasks: 'task',
  finally: 'finally task',
  params: 'param',
  results: 'result',
  workspaces: 'workspace',
  steps: 'step',
  sidecars: 'sidecar',
  volumes: 'volume',
  volumeMounts: 'volume mount',
  env: 'variable',
  include: 'combination',
};

/**
 * A path as people name things: `spec.tasks[1].params[2].value` of a pipeline is `task push, param TAGS`. Elements without
 * a name keep their index; a path that the object does not have stays as it is.
 */
export function namedPath(object: unknown, path: string): string {
  const names: string[] = [];
  let fields: string[] = [];
  let value = path.startsWith('spec.') ? childOf(object, 'spec') : object;
  let list = '';
  for (const { groups = {} } of path
    .replace(/^spec\./, '')
    .matchAll(/(?<field>[^.[\]]+)|\[(?<index>\d+)\]/g)) {
    const { field, index } = groups;
    value = childOf(value, field ?? index ?? '');
    const name = index === undefined ? undefined : childOf(value, 'name');
    if (typeof name === 'string' && name !== '') {
      fields.pop();
      if (fields.length > 0) names.push(fields.join('.'));
      names.push(`${words[list] ?? list} ${name}`);
      fields = [];
    } else if (index !== undefined) {
      fields.push(`${fields.pop() ?? ''}[${index}]`);
    } else {
      fields.push(field ?? '');
    }
    list = field ?? list;
  }
  const rest = fields.join('.');
  // The name is told already, and `value` says nothing more.
  if (rest !== '' && !(names.length > 0 && ['name', 'value'].includes(rest))) names.push(rest);
  return names.join(', ');
}

function childOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
