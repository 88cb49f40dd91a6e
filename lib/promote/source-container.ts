import { companionTag, type Descriptor, findTag } from '#lib/oci';
import { UnfitReleaseError } from './errors.ts';
import { forAll } from './for-all.ts';
import type { Reading, Source } from './reading.ts';
import { type ImageTags, isThere, lookAt, type PlannedTag } from './tags.ts';

/**
 * The tags of the source container, for each target: `sha256-<hex>.src`, and `<tag>-source` beside each tag of the image.
 */
export async function planSourceContainer(
  source: Source,
  images: readonly ImageTags[],
  reading: Reading,
): Promise<readonly (readonly PlannedTag[])[]> {
  const { promotion, repository } = source;
  const isRequired = promotion.sourceContainer === 'required';
  const open = images.map((image) => isRequired || !isThere(image));
  if (promotion.sourceContainer === 'no' || !open.includes(true)) return [];
  const own = companionTag(promotion.source.digest, 'src');
  const root = await findSource(source, own, reading);
  if (root === undefined) return [];
  const { component } = promotion;
  return forAll(images, async (image) => {
    if (!open[images.indexOf(image)]) return [];
    const tags = [own, ...image.tags.map(({ tag }) => `${tag}-source`)];
    return forAll(tags, (tag) =>
      lookAt({ component, kind: 'source container', tag, source: repository, to: image.to, root }, reading),
    );
  });
}

async function findSource(
  { promotion, repository }: Source,
  tag: string,
  { limits, signal }: Reading,
): Promise<Descriptor | undefined> {
  const root = await limits.at(repository)(() => findTag(repository, tag, { signal }));
  if (root !== undefined || promotion.sourceContainer !== 'required') return root;
  throw new UnfitReleaseError(
    `component ${promotion.component} has no source container: there is no ${repository.name}:${tag}`,
    { hint: 'build it (build-source-image), or set pushSourceContainer to false' },
  );
}
