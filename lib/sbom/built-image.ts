import { type Digest, parseReference, type Reference } from '#lib/oci';
import { InvalidPackageListError } from './errors.ts';
import { namedImage } from './named-image.ts';
import type { SbomOptions } from './sbom.ts';
import { type Package, type Property, spdxDocument } from './spdx.ts';

/** What a build has made an image of. */
export interface BuiltFrom {
  /** What is installed in the image, and what was fetched for it before. */
  readonly packages: readonly Package[];
  /**
   * The image of each FROM up to the target's, in order, as `registry/repository[:tag]@digest`; undefined for scratch. A
   * FROM of another stage is left out. The last is the base of the image, the others have helped to build it.
   */
  readonly stages: readonly (string | undefined)[];
  /** Further images that have helped, in the same form. */
  readonly additional?: readonly string[];
}

/** Prefix of the properties by which Konflux tells images in an SBOM apart. */
const BUILDER = 'konflux:container:is_builder_image';

/**
 * The SBOM of an image for one platform that a build has pushed, with the images that it was built from named as
 * `mobster generate oci-image` names them (src/mobster/cmd/generate/oci_image/sbom_utils.py).
 *
 * @throws {InvalidPackageListError} for an image without a digest
 */
export function sbomOfBuiltImage(
  reference: Reference,
  digest: Digest,
  architecture: string,
  { packages, stages, additional = [] }: BuiltFrom,
  options: SbomOptions,
): object {
  const base = stages.at(-1);
  const builders = stages.slice(0, -1).flatMap((image, index) => {
    return image === undefined ? [] : [tool(image, { name: `${BUILDER}:for_stage`, value: `${index}` })];
  });
  const extra = { name: `${BUILDER}:additional_builder_image`, value: 'script-runner-image' };
  return spdxDocument({
    root: namedImage(reference, digest, architecture),
    contains: packages,
    ancestors: base === undefined ? [] : [pinned(base)],
    buildTools: [...builders, ...additional.map((image) => tool(image, extra))],
    name: `${reference.registry}/${reference.repository}@${digest}`,
    ...options,
  });
}

function tool(image: string, property: Property): Package {
  return { ...pinned(image), properties: [property] };
}

function pinned(image: string): Package {
  const reference = parseReference(image);
  if (reference.digest !== undefined) return namedImage(reference, reference.digest);
  throw new InvalidPackageListError(`the SBOM cannot name ${image}: it has no digest`);
}
