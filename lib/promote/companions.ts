import {
  companionTag,
  type Descriptor,
  fetchManifest,
  findTag,
  isIndex,
  type Options,
  type Repository,
} from '#lib/oci';
import { UnfitReleaseError } from './errors.ts';
import { forAll } from './for-all.ts';
import type { Reading, Source } from './reading.ts';
import { type ImageTags, isThere, lookAt, nameOf, type PlannedTag } from './tags.ts';

type Suffix = 'sig' | 'att' | 'sbom';

const SUFFIXES: Readonly<Record<Source['promotion']['companions'], readonly Suffix[]>> = {
  all: ['sig', 'att', 'sbom'],
  signatures: ['sig'],
  none: [],
};

/**
 * The tags that cosign keeps beside the index and beside each image in it, for each target that lacks a tag of the image.
 */
export async function planCompanions(
  source: Source,
  images: readonly ImageTags[],
  reading: Reading,
): Promise<readonly PlannedTag[]> {
  const { promotion, repository, root, members } = source;
  const open = images.filter((image) => !isThere(image));
  if (open.length === 0) return [];
  const digests = [...new Set([root, ...members].map(({ digest }) => digest))];
  const suffixes = SUFFIXES[promotion.companions];
  const wanted = digests.flatMap((digest) => suffixes.map((suffix) => ({ digest, suffix })));
  const found = await forAll(wanted, async ({ digest, suffix }) => {
    const tag = companionTag(digest, suffix);
    const { limits, signal } = reading;
    const companion = await limits.at(repository)(() => findTag(repository, tag, { signal }));
    if (companion === undefined) return [];
    const { component } = promotion;
    return forAll(open, async ({ to }) => {
      const planned = await lookAt(
        { component, kind: 'companion', tag, source: repository, to, root: companion },
        reading,
      );
      return suffix === 'sbom' ? planned : keepSignatures(planned, reading);
    });
  });
  return found.flat();
}

/**
 * Signatures and attestations gather under their tag, and whoever released may have added one of their own: a tag with
 * all that the source has stays as it is, and one that would lose something is refused.
 */
async function keepSignatures(planned: PlannedTag, { limits, signal }: Reading): Promise<PlannedTag> {
  const { source, to, root, now } = planned;
  if (now === undefined || planned.what !== 'moves') return planned;
  const there = await limits.at(to)(() => layersOf(to, now, { signal }));
  const here = await limits.at(source)(() => layersOf(source, root, { signal }));
  if (isWithin(here, there)) return { ...planned, root: now, what: 'there' };
  if (isWithin(there, here)) return planned;
  throw new UnfitReleaseError(
    `${nameOf(planned)} has signatures that ${source.name}:${planned.tag} has not, and lacks some of its`,
    { hint: 'sign the image at one of the two again, or set companions to none for this component' },
  );
}

async function layersOf(
  repository: Repository,
  descriptor: Descriptor,
  options: Options,
): Promise<ReadonlySet<string>> {
  const manifest = await fetchManifest(repository, descriptor, options);
  const parts = isIndex(manifest) ? manifest.manifests : manifest.layers;
  // One payload may be signed twice: its layers then differ in their annotations alone.
  return new Set(parts.map(({ digest, annotations }) => JSON.stringify([digest, annotations ?? {}])));
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((one) => all.has(one));
}
