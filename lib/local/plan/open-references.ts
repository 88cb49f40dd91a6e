/** What only tasks and steps that have run can tell, as it is written: `$(tasks.x.results.y)` and the like. */
export function openReferences(value: unknown): readonly string[] {
  return [...new Set(textsIn(value).flatMap((text) => text.match(open) ?? []))];
}

const open = /\$\((?:tasks|finally|steps)\.[^()]+\)/g;

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
