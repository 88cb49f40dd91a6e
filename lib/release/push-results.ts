import * as z from 'zod';
import { nameOf, type Plan, type PlannedTag } from '#lib/promote';

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/, 'expected a digest');

/** A tag that a release moved: what it names since, and what it named before; without `from` it was new. */
const Move = z.looseObject({ url: z.string(), to: Digest, from: Digest.optional() });

/**
 * push-snapshot-results.json: `images` as upstream's task writes them, and in each the tags that moved, which is the way
 * back.
 */
export const PushResults = z.looseObject({
  images: z.array(
    z.looseObject({
      name: z.string(),
      arches: z.array(z.string()),
      oses: z.array(z.string()),
      shasum: Digest,
      /** Every tag of the image and of its source container, as `repository:tag`. */
      urls: z.array(z.string()),
      moves: z.array(Move).optional(),
    }),
  ),
});
export type PushResults = z.output<typeof PushResults>;
export type PushedMove = z.output<typeof Move>;

/**
 * What a release writes when all of it is there.
 *
 * @param earlier what an attempt that ended midway was about to do: a tag that it moved names its digest now, and only the
 * attempt knows what was there before
 */
export function pushResults(plan: Plan, earlier: PushResults = { images: [] }): PushResults {
  const known = new Map(
    earlier.images.flatMap(({ moves = [] }) => moves.map((move) => [`${move.url} ${move.to}`, move])),
  );
  return {
    images: plan.components.map(({ promotion, root, platforms, tags }) => {
      const own = plan.tags.filter(({ component }) => component === promotion.component);
      return {
        name: promotion.component,
        arches: platforms.map(({ architecture }) => architecture),
        oses: platforms.map(({ os }) => os),
        shasum: root.digest,
        urls: tags.map(nameOf),
        moves: own.flatMap((tag) => moveOf(tag) ?? known.get(`${nameOf(tag)} ${tag.root.digest}`) ?? []),
      };
    }),
  };
}

function moveOf(tag: PlannedTag): PushedMove | undefined {
  if (tag.what === 'there') return undefined;
  const { now, root } = tag;
  return { url: nameOf(tag), to: root.digest, ...(now === undefined ? {} : { from: now.digest }) };
}
