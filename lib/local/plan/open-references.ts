import { stringsIn } from '#lib/tekton/objects';

/** What only tasks and steps that have run can tell, as it is written: `$(tasks.x.results.y)` and the like. */
export function openReferences(value: unknown): readonly string[] {
  return [...new Set(stringsIn(value).flatMap((text) => text.match(open) ?? []))];
}

const open = /\$\((?:tasks|finally|steps)\.[^()]+\)/g;
