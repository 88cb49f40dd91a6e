import { type DoneMove, type Plan, type PlannedTag, planTable } from '#lib/promote';
import type { Mapped } from '#lib/release';
import { printable, visibleJson } from '#lib/text';

export type PlanOutput = 'table' | 'json';

/** Components that one side alone has, and so are not released. */
export type LeftOut = Pick<Mapped, 'onlyInSnapshot' | 'onlyInMapping'>;

const TO_DO = { there: 'nothing', new: 'write', moves: 'move' } as const;

export function wouldMove({ tags }: Pick<Plan, 'tags'>): boolean {
  return tags.some(({ what }) => what !== 'there');
}

/** The table of a plan, and which components it leaves out; or the same for scripts, with whole digests. */
export function planOutput(plan: Plan, { onlyInSnapshot, onlyInMapping }: LeftOut, form: PlanOutput): string {
  if (form === 'json') return document({ tags: plan.tags.map(tagOf), onlyInSnapshot, onlyInMapping });
  const leftOut = [
    ...onlyInSnapshot.map((name) => `${printable(name)} is not released: the mapping does not have it\n`),
    ...onlyInMapping.map((name) => `${printable(name)} is not released: the Snapshot does not have it\n`),
  ];
  return `${planTable(plan)}${leftOut.join('')}`;
}

/** The same of the way back; tags that were new with the release have none. */
export function undoOutput(plan: Plan & { readonly stay: readonly DoneMove[] }, form: PlanOutput): string {
  if (form === 'json')
    return document({
      tags: plan.tags.map(tagOf),
      stay: plan.stay.map(({ component, url, to }) => ({ component, url, digest: to })),
    });
  return `${planTable(plan)}${stayLines(plan.stay)}`;
}

/** What is said of tags that a release made. */
export function stayLines(stay: readonly DoneMove[]): string {
  return stay.map(({ url, to }) => `${url} was new with the release, and stays: ${to}\n`).join('');
}

function tagOf({ component, kind, to, tag, now, root, what }: PlannedTag) {
  const from = now?.digest ?? null;
  return { component, kind, repository: to.name, tag, from, to: root.digest, toDo: TO_DO[what] };
}

function document(content: object): string {
  return `${visibleJson({ version: 1, ...content }, 2)}\n`;
}
