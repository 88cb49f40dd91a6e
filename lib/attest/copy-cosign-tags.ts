import {
  companionTag,
  copy,
  type Digest,
  findTag,
  type Options,
  type ReadableTarget,
  type Target,
} from '#lib/oci';

/** What cosign keeps beside an image by tags: SBOM, attestations, signatures. */
const SUFFIXES = ['sbom', 'att', 'sig'] as const;

/**
 * Copies what cosign has attached to an image by tags, which nothing refers to. A tag that is there already stays: it is
 * of the same image.
 *
 * @returns the tags that were copied
 */
export async function copyCosignTags(
  from: ReadableTarget,
  target: Target,
  digest: Digest,
  options: Options = {},
): Promise<readonly string[]> {
  const copied: string[] = [];
  for (const tag of SUFFIXES.map((suffix) => companionTag(digest, suffix))) {
    const found = await findTag(from, tag, options);
    if (found === undefined || (await findTag(target, tag, options)) !== undefined) continue;
    await copy(from, target, { reference: found.digest, tags: [tag], ...options });
    copied.push(tag);
  }
  return copied;
}
