import { Digest, ImageRef, ImageUrl } from '#lib/tekton';

const described = {
  image: {
    url: 'Repository and tag of the image.',
    digest: 'Digest of its manifest.',
    ref: 'The image, by tag and digest.',
  },
  index: {
    url: 'Repository and tag of the index.',
    digest: 'Digest of the index.',
    ref: 'The index, by tag and digest.',
  },
} as const;

/**
 * The results by which a task says what it has pushed, named as Konflux' build tasks name them; Tekton Chains finds what
 * is to be signed by the first two (chains docs/slsa-provenance.md, "Type Hinting").
 */
export function imageResults(what: keyof typeof described) {
  const { url, digest, ref } = described[what];
  return {
    IMAGE_URL: ImageUrl.describe(url),
    IMAGE_DIGEST: Digest.describe(digest),
    IMAGE_REF: ImageRef.describe(ref),
  };
}

/** Their names, for the `writes` of the step that pushes. */
export const IMAGE_RESULTS = ['IMAGE_URL', 'IMAGE_DIGEST', 'IMAGE_REF'] as const;

/**
 * Their values.
 *
 * @param digest as the registry names it; results hold sha256 alone, as Konflux' policies do
 */
export function imageValues(image: ImageUrl, digest: string) {
  return {
    IMAGE_URL: image,
    IMAGE_DIGEST: Digest.parse(digest),
    IMAGE_REF: ImageRef.parse(`${image}@${digest}`),
  };
}
