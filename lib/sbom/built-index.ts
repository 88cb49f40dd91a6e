import type { Digest, Reference } from '#lib/oci';
import { namedImage } from './named-image.ts';
import type { SbomOptions } from './sbom.ts';
import { spdxDocument } from './spdx.ts';

/**
 * The SBOM of an index that a build has pushed, with the names by which Konflux' programs find their way in it: those of
 * `mobster generate oci-index` (src/mobster/cmd/generate/oci_index.py).
 */
export function sbomOfBuiltIndex(
  reference: Reference,
  digest: Digest,
  images: readonly { readonly digest: Digest; readonly architecture: string }[],
  options: SbomOptions,
): object {
  return spdxDocument({
    root: { ...namedImage(reference, digest), id: 'SPDXRef-image-index' },
    variants: images.map((image) => namedImage(reference, image.digest, image.architecture)),
    name: `${reference.registry}/${reference.repository}@${digest}`,
    ...options,
  });
}
