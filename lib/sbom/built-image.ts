import { type Digest, parseReference, type Reference } from '#lib/oci';
import { cyclonedxDocument } from './cyclonedx.ts';
import { InvalidPackageListError } from './errors.ts';
import { namedImage } from './named-image.ts';
import type { SbomOptions } from './sbom.ts';
import { BASE_IMAGE, type Package, type Property, spdxDocument } from './spdx.ts';

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
const ADDITIONAL = { name: `${BUILDER}:additional_builder_image`, value: 'script-runner-image' };

/**
 * The SBOM of an image for one platform that a build has pushed, in SPDX 2.3, with the images that it was built from named
 * as `mobster generate oci-image` names them (src/mobster/cmd/generate/oci_image/sbom_utils.py).
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
  return spdxDocument({
    root: namedImage(reference, digest, architecture),
    contains: packages,
    ancestors: base === undefined ? [] : [pinned(base)],
    buildTools: [...buildersOf(stages), ...additional.map((image) => noted(image, ADDITIONAL))],
    name: `${reference.registry}/${reference.repository}@${digest}`,
    ...options,
  });
}

/**
 * The same in CycloneDX 1.6, as mobster writes it: the images that it was built from are in `formulation`, the base last.
 *
 * @throws {InvalidPackageListError} for an image without a digest
 */
export function cyclonedxOfBuiltImage(
  reference: Reference,
  digest: Digest,
  architecture: string,
  { packages, stages, additional = [] }: BuiltFrom,
  options: SbomOptions,
): object {
  const base = stages.at(-1);
  const used = [...buildersOf(stages), ...(base === undefined ? [] : [noted(base, BASE_IMAGE)])];
  return cyclonedxDocument({
    root: namedImage(reference, digest, architecture),
    contains: packages,
    formulas: [
      ...(used.length === 0 ? [] : [joined(used)]),
      ...additional.map((image) => [noted(image, ADDITIONAL)]),
    ],
    ...options,
  });
}

type Named = ReturnType<typeof namedImage>;

function buildersOf(stages: readonly (string | undefined)[]): readonly Named[] {
  return stages.slice(0, -1).flatMap((image, index) => {
    return image === undefined ? [] : [noted(image, { name: `${BUILDER}:for_stage`, value: `${index}` })];
  });
}

/** Each image once, where it stands last, with the properties of all its places. */
function joined(images: readonly Named[]): readonly Named[] {
  const byRef = new Map<string, Named>();
  for (const one of images) {
    const before = byRef.get(one.bomRef);
    byRef.delete(one.bomRef);
    byRef.set(one.bomRef, {
      ...one,
      properties: [...(before?.properties ?? []), ...(one.properties ?? [])],
    });
  }
  return [...byRef.values()];
}

function noted(image: string, property: Property): Named {
  return { ...pinned(image), properties: [property] };
}

function pinned(image: string): Named {
  const reference = parseReference(image);
  if (reference.digest !== undefined) return namedImage(reference, reference.digest);
  throw new InvalidPackageListError(`the SBOM cannot name ${image}: it has no digest`);
}
