import { own } from '#lib/text';

/** A path with names in the place of indices, where elements have one: `spec.tasks[test].params[image]`. */
export function bracketedPath(object: unknown, path: string): string {
  let value = object;
  let told = '';
  for (const { groups = {} } of path.matchAll(/(?<field>[^.[\]]+)|\[(?<index>[^\]]*)\]/g)) {
    const { field, index } = groups;
    value = childOf(value, field ?? index ?? '');
    if (field !== undefined) told += told === '' ? field : `.${field}`;
    else told += `[${nameOf(value) ?? index}]`;
  }
  return told;
}

function nameOf(value: unknown): string | undefined {
  const name = childOf(value, 'name');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** By the key alone: an object of a stranger may have a hundred thousand of them. */
function childOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? own(value as Readonly<Record<string, unknown>>, key)
    : undefined;
}
