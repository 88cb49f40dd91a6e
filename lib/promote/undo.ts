import { type Digest, findTag, NotFoundError, parseReference, type RegistryClient } from '#lib/oci';
import { TagMovedError, UnfitReleaseError } from './errors.ts';
import { forAll } from './for-all.ts';
import { type Plan, type PlanOptions, refuseLoss } from './plan.ts';
import { readMembers } from './platforms.ts';
import type { PlannedTag } from './tags.ts';

/** A tag that a release has moved. */
export interface DoneMove {
  /** What it is called in tables. */
  readonly component?: string | undefined;
  /** `registry/repository:tag` */
  readonly url: string;
  /** What the release made it name. */
  readonly to: Digest;
  /** What it named before; undefined where there was no such tag. */
  readonly from?: Digest | undefined;
}

export interface UndoOptions extends PlanOptions {
  /** Whether a tag may lose platforms on its way back. */
  readonly mayLosePlatforms?: boolean;
}

/**
 * The moves back, as a plan like any other: what a tag named must still be there, and the tag must name what the release
 * made of it. A tag that was new has nothing to go back to, and stays.
 *
 * @throws {UnfitReleaseError} where what was there before is gone
 * @throws {TagMovedError} where somebody has moved a tag since
 */
export async function planUndo(
  client: RegistryClient,
  moves: readonly DoneMove[],
  options: UndoOptions,
): Promise<Plan & { readonly stay: readonly DoneMove[] }> {
  const back = moves.filter(({ from }) => from !== undefined);
  const tags = await forAll(back, (move) => planBack(client, move, options));
  return { components: [], tags, stay: moves.filter(({ from }) => from === undefined) };
}

async function planBack(
  client: RegistryClient,
  { component = '-', url, to: made, from }: DoneMove,
  { limits, signal, mayLosePlatforms = false }: UndoOptions,
): Promise<PlannedTag> {
  const reference = parseReference(url);
  const { tag } = reference;
  if (tag === undefined || from === undefined) throw new UnfitReleaseError(`${url} names no tag`);
  const to = client.repository(reference);
  const now = await limits.at(to)(() => findTag(to, tag, { signal }));
  const root = await limits
    .at(to)(() => to.resolve(from, { signal }))
    .catch((error: unknown) => {
      if (!(error instanceof NotFoundError)) throw error;
      throw new UnfitReleaseError(`${url} cannot go back: ${to.name} has ${from} no more`, {
        cause: error,
        hint: 'copy it there again from where it was built, or release an older Snapshot',
      });
    });
  if (now?.digest !== from && now?.digest !== made) {
    throw new TagMovedError(
      `${url} cannot go back: the release made it ${made}, and it is ${now?.digest ?? 'gone'} now`,
      { hint: 'somebody has moved it since: leave it out of what is undone, or move it by hand' },
    );
  }
  const planned: PlannedTag = {
    component,
    kind: 'image',
    tag,
    source: to,
    to,
    root,
    now,
    what: now.digest === from ? 'there' : 'moves',
  };
  if (!mayLosePlatforms && planned.what === 'moves') {
    const { platforms } = await limits.at(to)(() => readMembers(to, root, { signal }));
    await refuseLoss(planned, platforms, { limits, signal });
  }
  return planned;
}
