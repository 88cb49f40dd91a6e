import type { Digest } from './digest.ts';

/**
 * The tag that keeps something of an image beside it: signatures, attestations and SBOMs as cosign has them (its
 * pkg/oci/remote, `SuffixTag`), the source container as Konflux's source-build has it.
 */
export function companionTag(digest: Digest, suffix: 'sig' | 'att' | 'sbom' | 'src'): string {
  return `${digest.replace(':', '-')}.${suffix}`;
}
