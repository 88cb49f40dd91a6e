import { type Descriptor, findTag, parseTag, type Repository } from '#lib/oci';
import type { Reading } from './reading.ts';

/** What a tag is for; in this order they move, so that an image's own tag is the last sign that all is there. */
export const KINDS = ['companion', 'source container', 'image'] as const;

export interface WantedTag {
  readonly component: string;
  readonly kind: (typeof KINDS)[number];
  readonly tag: string;
  /** Where the content is. */
  readonly source: Repository;
  readonly to: Repository;
  /** What the tag is to name. */
  readonly root: Descriptor;
}

export interface PlannedTag extends WantedTag {
  /** What it names now; undefined where there is no such tag. */
  readonly now: Descriptor | undefined;
  readonly what: 'there' | 'new' | 'moves';
}

export function nameOf({ to, tag }: Pick<WantedTag, 'to' | 'tag'>): string {
  return `${to.name}:${tag}`;
}

/** One request: what the tag names now. */
export async function lookAt(wanted: WantedTag, reading: Reading): Promise<PlannedTag> {
  return planned(wanted, await tagNow(wanted.to, wanted.tag, reading));
}

/** What a tag names now; undefined where there is no such tag. */
export async function tagNow(
  to: Repository,
  tag: string,
  { limits, signal }: Reading,
): Promise<Descriptor | undefined> {
  const parsed = parseTag(tag);
  return limits.at(to)(() => findTag(to, parsed, { signal }));
}

export function planned(wanted: WantedTag, now: Descriptor | undefined): PlannedTag {
  const what = now === undefined ? 'new' : now.digest === wanted.root.digest ? 'there' : 'moves';
  return { ...wanted, now, what };
}

/** A repository, and what became of the image's own tags there. */
export interface ImageTags {
  readonly to: Repository;
  readonly tags: readonly PlannedTag[];
}

export function isThere({ tags }: ImageTags): boolean {
  return tags.every(({ what }) => what === 'there');
}
