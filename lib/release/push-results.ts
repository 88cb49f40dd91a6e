import * as z from 'zod';
import { type Digest, isDigest, parseReference } from '#lib/oci';
import { type DoneMove, nameOf, type Plan, type PlannedTag } from '#lib/promote';
import { printable } from '#lib/text';
import { InvalidReleaseError } from './errors.ts';

const DigestText = z.custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  'expected a digest, sha256:… or sha512:…',
);
const TagName = z.string().refine(namesTag, 'expected registry/repository:tag');

/** A tag that a release moved: what it names since, and what it named before; without `from` it was new. */
const Move = z.looseObject({ url: TagName, to: DigestText, from: DigestText.optional() });

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
      shasum: DigestText,
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

/**
 * What a release has moved, each tag once, which is what `planUndo` takes.
 *
 * @param what names the file or object in an error
 * @throws {InvalidReleaseError} where an image does not say what its tags named before, and for a tag with two stories
 */
export function movesBack({ images }: PushResults, what: string): readonly DoneMove[] {
  const byUrl = new Map<string, DoneMove>();
  for (const { name, moves } of images) {
    if (moves === undefined)
      throw new InvalidReleaseError(
        `${what} does not say what the tags of ${printable(name)} named before: its image has no moves`,
        {
          hint: 'the push-snapshot of this catalog writes them; what another one has released is not undone',
        },
      );
    for (const { url, to, from } of moves) {
      const other = byUrl.get(url);
      if (other !== undefined && (other.to !== to || other.from !== from))
        throw new InvalidReleaseError(`${what} has two moves of ${url}, which are not the same`);
      byUrl.set(url, { component: name, url, to, from });
    }
  }
  return [...byUrl.values()];
}

function namesTag(text: string): boolean {
  try {
    const { tag, digest } = parseReference(text);
    return tag !== undefined && digest === undefined;
  } catch {
    return false;
  }
}
