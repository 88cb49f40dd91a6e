import { table } from '#lib/text';
import type { Plan } from './plan.ts';
import type { PlannedTag } from './tags.ts';

const WHAT = { there: 'nothing', new: 'write', moves: 'move' } as const;

/** A line for each tag: component, repository, tag, from, to, what has to be done. */
export function planTable({ tags }: Plan): string {
  return table(
    ['COMPONENT', 'REPOSITORY', 'TAG', 'FROM', 'TO', 'TO DO'],
    tags.map((tag) => [
      tag.component,
      tag.to.name,
      tag.tag,
      short(tag.now?.digest),
      short(tag.root.digest),
      WHAT[tag.what],
    ]),
  );
}

/** Enough of a digest to tell it from others in a table. */
function short(digest: string | undefined): string {
  return digest === undefined ? '-' : digest.slice(0, 'sha256:'.length + 12);
}

/** How many tags are to be written, and how many name what they should. */
export function planSummary({ tags, components }: Plan): string {
  const count = (what: PlannedTag['what']) => tags.filter((tag) => tag.what === what).length;
  return `${components.length} components: ${count('new')} new tags, ${count('moves')} to be moved, ${count('there')} there already`;
}
