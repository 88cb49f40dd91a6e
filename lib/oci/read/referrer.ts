import type { Descriptor } from '../model/descriptor.ts';
import { isIndex, parseManifest } from './manifest.ts';

/** What a manifest refers to, and how it is to be listed there (distribution-spec v1.1.1, "Listing Referrers"). */
export function readReferrer(
  descriptor: Descriptor,
  bytes: Uint8Array,
  what: string,
): { readonly subject: Descriptor | undefined; readonly referrer: Descriptor } {
  const manifest = parseManifest(bytes, what);
  const { mediaType, digest, size } = descriptor;
  const { subject, annotations } = manifest;
  const artifactType = manifest.artifactType ?? (isIndex(manifest) ? undefined : manifest.config.mediaType);
  const referrer = {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { subject, referrer };
}

export function isWanted(artifactType: string | undefined, wanted: string | undefined): boolean {
  return wanted === undefined || artifactType === wanted;
}
