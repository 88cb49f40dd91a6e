import type { Platform } from '#lib/oci';
import { parseReference } from '#lib/oci';
import { type Package, spdxDocument } from './spdx.ts';
import { ociPurl, type Subject } from './subject.ts';

export interface SbomOptions {
  /** Date of the source and not of the moment (the commit's, SOURCE_DATE_EPOCH), so that the same sources give the same bytes. */
  readonly created: Date;
  readonly tool: string;
}

export interface ImageSbomOptions extends SbomOptions {
  /** References of the images that it was built from; where they are not known there are none. */
  readonly baseImages?: readonly string[];
}

/** The SBOM of a bundle: the object in it, and the images and bundles that the object refers to. */
export function sbomOfBundle(
  subject: Subject,
  object: { readonly kind: string; readonly name: string; readonly license?: string | undefined },
  references: readonly string[],
  options: SbomOptions,
): object {
  const { kind, name, license } = object;
  return spdxDocument({
    root: imagePackage(subject),
    contains: [
      {
        name: `${kind.toLowerCase()}/${name}`,
        version: subject.version,
        purl: `pkg:generic/tekton/${kind.toLowerCase()}/${encodeURIComponent(name)}@${encodeURIComponent(subject.version)}`,
        ...(license !== undefined && { license }),
        purpose: 'APPLICATION',
      },
    ],
    dependsOn: references.map(referredPackage),
    ...options,
  });
}

/** The SBOM of an image for one platform, from the packages that are in it. */
export function sbomOfImage(
  subject: Subject,
  platform: Platform,
  packages: readonly Package[],
  { baseImages = [], ...options }: ImageSbomOptions,
): object {
  return spdxDocument({
    root: imagePackage(subject, platform),
    contains: packages,
    ancestors: baseImages.map(referredPackage),
    ...options,
  });
}

/** The SBOM of an index, which points at those of its images. */
export function sbomOfIndex(
  subject: Subject,
  images: readonly { readonly digest: Subject['digest']; readonly platform: Platform }[],
  options: SbomOptions,
): object {
  return spdxDocument({
    root: imagePackage(subject),
    variants: images.map(({ digest, platform }) => imagePackage({ ...subject, digest }, platform)),
    ...options,
  });
}

function imagePackage({ reference, digest, version }: Subject, platform?: Platform): Package {
  const qualifiers = { tag: version, ...(platform ? { arch: platform.architecture } : {}) };
  return {
    name: `${reference.registry}/${reference.repository}${platform ? `_${platform.architecture}` : ''}`,
    version: digest,
    purl: ociPurl(reference, digest, qualifiers),
    purpose: 'CONTAINER',
    sha256: digest.replace('sha256:', ''),
  };
}

function referredPackage(text: string): Package {
  const reference = parseReference(text);
  const { registry, repository, tag, digest } = reference;
  return {
    name: `${registry}/${repository}`,
    version: digest ?? tag ?? 'latest',
    purl: ociPurl(reference, digest, tag === undefined ? {} : { tag }),
    purpose: 'CONTAINER',
    ...(digest === undefined ? {} : { sha256: digest.replace('sha256:', '') }),
  };
}
