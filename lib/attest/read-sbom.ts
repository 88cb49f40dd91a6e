import {
  companionTag,
  type Descriptor,
  fetchBytes,
  fetchManifest,
  findTag,
  isIndex,
  type Options,
  type Target,
} from '#lib/oci';
import { SBOM_TYPES } from './attach-sbom.ts';

/** Bytes; that of a system with all its packages has some megabytes. */
const LIMIT = 64 * 1024 * 1024;

/**
 * The SBOM of an image in SPDX: what cosign has attached, else the first among the referrers; undefined where there is
 * none.
 */
export async function readSbom(
  target: Target,
  subject: Descriptor,
  options: Options = {},
): Promise<string | undefined> {
  const { cosign, referrer } = SBOM_TYPES.spdx;
  const tagged = await findTag(target, companionTag(subject.digest, 'sbom'), options);
  const found = tagged ?? (await target.referrers(subject, { ...options, artifactType: referrer }))[0];
  if (found === undefined) return undefined;
  const manifest = await fetchManifest(target, found, options);
  const layers = isIndex(manifest) ? [] : manifest.layers;
  const file = layers.find(({ mediaType }) => mediaType === cosign || mediaType === referrer);
  if (file === undefined) return undefined;
  return Buffer.from(await fetchBytes(target, file, { ...options, limit: LIMIT })).toString();
}
