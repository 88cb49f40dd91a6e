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
export async function lookAt(wanted: WantedTag, { limits, signal }: Reading): Promise<PlannedTag> {
  const { to, root } = wanted;
  const tag = parseTag(wanted.tag);
  const now = await limits.at(to)(() => findTag(to, tag, { signal }));
  const what = now === undefined ? 'new' : now.digest === root.digest ? 'there' : 'moves';
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
