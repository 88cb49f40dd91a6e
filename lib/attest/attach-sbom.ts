import {
  type Content,
  type Descriptor,
  type Digest,
  describe,
  isAlreadyThere,
  mediaTypeOf,
  type Options,
  type Target,
} from '#lib/oci';
import { attach } from './attach.ts';

/** Media types of the file in each of its two places: cosign's own (its pkg/types/media.go), and those of IANA. */
const TYPES = {
  spdx: { cosign: 'text/spdx+json', referrer: 'application/spdx+json' },
  cyclonedx: { cosign: 'application/vnd.cyclonedx+json', referrer: 'application/vnd.cyclonedx+json' },
} as const;

export interface Sbom {
  readonly type: keyof typeof TYPES;
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
  const { cosign, referrer } = TYPES[type];
  const extension = type === 'spdx' ? 'spdx' : 'cdx';
  await attach(target, subject, { mediaType: referrer, content, title: `sbom.${extension}.json` }, options);
  const layer = describe(cosign, content);
  const { config, manifest } = cosignImage(layer);
  for (const [descriptor, bytes] of [
    [layer, content],
    [config.descriptor, config.bytes],
    [manifest.descriptor, manifest.bytes],
  ] as const satisfies readonly (readonly [Descriptor, Content])[]) {
    if (!(await isAlreadyThere(target, descriptor, options))) await target.push(descriptor, bytes, options);
  }
  await target.tag(manifest.descriptor, `${subject.digest.replace(':', '-')}.sbom`, options);
  return layer.digest;
}

interface Encoded {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** What go-containerregistry makes of an empty image with one layer more, in its order of keys. */
export function cosignImage(layer: Descriptor): { readonly config: Encoded; readonly manifest: Encoded } {
  const created = '0001-01-01T00:00:00Z';
  const config = encode(mediaTypeOf('config'), {
    architecture: '',
    created,
    history: [{ created }],
    os: '',
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    config: {},
  });
  const mediaType = mediaTypeOf('manifest');
  const parts = { config: ordered(config.descriptor), layers: [ordered(layer)] };
  return { config, manifest: encode(mediaType, { schemaVersion: 2, mediaType, ...parts }) };
}

function ordered({ mediaType, size, digest }: Descriptor): object {
  return { mediaType, size, digest };
}

function encode(mediaType: string, value: object): Encoded {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, descriptor: describe(mediaType, bytes) };
}
