import { companionTag, type Descriptor, type Digest, describe, type Options, type Target } from '#lib/oci';
import { attach } from './attach.ts';
import { tagCosignImage } from './cosign-image.ts';

/** Media types of the file in each of its two places: cosign's own (its pkg/types/media.go), and those of IANA. */
export const SBOM_TYPES = {
  spdx: { cosign: 'text/spdx+json', referrer: 'application/spdx+json' },
  cyclonedx: { cosign: 'application/vnd.cyclonedx+json', referrer: 'application/vnd.cyclonedx+json' },
} as const;

export interface Sbom {
  readonly type: keyof typeof SBOM_TYPES;
  /** JSON, byte for byte as it is stored: SBOM_BLOB_URL names it by its digest. */
  readonly content: Uint8Array;
}

/**
 * Attaches an SBOM in both ways by which it is looked for: as an OCI referrer, and under the tag `sha256-<hex>.sbom` as
 * `cosign attach sbom` does, manifest and all byte for byte. The tag, which cosign moves too, comes last; what is there
 * already is not pushed again.
 *
 * @returns the digest of the file in the repository of `target`
 */
export async function attachSbom(
  target: Target,
  subject: Descriptor,
  { type, content }: Sbom,
  options: Options = {},
): Promise<Digest> {
  const { cosign, referrer } = SBOM_TYPES[type];
  const extension = type === 'spdx' ? 'spdx' : 'cdx';
  await attach(target, subject, { mediaType: referrer, content, title: `sbom.${extension}.json` }, options);
  const layer = describe(cosign, content);
  await tagCosignImage(target, { layer, content }, companionTag(subject.digest, 'sbom'), options);
  return layer.digest;
}
