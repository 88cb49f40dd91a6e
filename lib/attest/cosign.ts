import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import {
  companionTag,
  type Descriptor,
  type Digest,
  describe,
  fetchBytes,
  fetchManifest,
  findTag,
  InvalidManifestError,
  isIndex,
  type Options,
  type Target,
} from '#lib/oci';
import { tagCosignImage } from './cosign-image.ts';
import { type Envelope, isSignedBy, signStatement } from './dsse.ts';

const ENVELOPE = 'application/vnd.dsse.envelope.v1+json';
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const SIGNATURE = 'dev.cosignproject.cosign/signature';

/** What `cosign sign` and `cosign attest` keep beside an image: one more layer under `sha256-<hex>.sig` or `.att`. */
interface Addition {
  readonly suffix: 'sig' | 'att';
  readonly mediaType: string;
  readonly content: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether a layer that is there says the same already. */
  readonly isSame: (layer: Descriptor, content: () => Promise<Buffer>) => Promise<boolean>;
}

/**
 * Signs an image as `cosign sign --key` does with the format that is not a bundle (cosign, specs/SIGNATURE_SPEC.md).
 *
 * @returns false where it has this signature's like by the same key already
 */
export function signImage(
  target: Target,
  {
    digest,
    key,
    repository,
  }: { readonly digest: Digest; readonly key: KeyObject; readonly repository: string },
  options: Options = {},
): Promise<boolean> {
  const content = Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': repository },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
  const publicKey = createPublicKey(key);
  return add(
    target,
    digest,
    {
      suffix: 'sig',
      mediaType: SIMPLE_SIGNING,
      content,
      annotations: { [SIGNATURE]: sign('sha256', content, key).toString('base64') },
      isSame: async ({ annotations }, read) => {
        const signature = Buffer.from(annotations?.[SIGNATURE] ?? '', 'base64');
        return verify('sha256', content, publicKey, signature) && content.equals(await read());
      },
    },
    options,
  );
}

/**
 * Signs a statement and keeps it beside an image, as `cosign attest --key` does.
 *
 * @returns false where it has the same statement by the same key already
 */
export function attestImage(
  target: Target,
  {
    digest,
    key,
    statement,
  }: {
    readonly digest: Digest;
    readonly key: KeyObject;
    readonly statement: object & { readonly predicateType: string };
  },
  options: Options = {},
): Promise<boolean> {
  const publicKey = createPublicKey(key);
  const envelope = signStatement(statement, key);
  return add(
    target,
    digest,
    {
      suffix: 'att',
      mediaType: ENVELOPE,
      content: Buffer.from(JSON.stringify(envelope)),
      annotations: { [SIGNATURE]: '', predicateType: statement.predicateType },
      isSame: async ({ mediaType }, read) => {
        if (mediaType !== ENVELOPE) return false;
        const other = parseEnvelope(await read());
        return other?.payload === envelope.payload && isSignedBy(other, publicKey);
      },
    },
    options,
  );
}

/** Somebody else's layer, which may be anything. */
function parseEnvelope(bytes: Buffer): Envelope | undefined {
  try {
    const { payload, payloadType, signatures } = JSON.parse(bytes.toString()) as Partial<Envelope>;
    if (typeof payload !== 'string' || typeof payloadType !== 'string' || !Array.isArray(signatures))
      return undefined;
    return { payload, payloadType, signatures: signatures.filter((one) => typeof one?.sig === 'string') };
  } catch {
    return undefined;
  }
}

async function add(target: Target, digest: Digest, addition: Addition, options: Options): Promise<boolean> {
  const tag = companionTag(digest, addition.suffix);
  const known = await layersOf(target, tag, options);
  for (const layer of known) {
    const read = async () => Buffer.from(await fetchBytes(target, layer, options));
    if (await addition.isSame(layer, read)) return false;
  }
  const { mediaType, content, annotations } = addition;
  const layer = describe(mediaType, content);
  await tagCosignImage(target, { known, layer: { ...layer, annotations }, content }, tag, options);
  return true;
}

async function layersOf(target: Target, tag: string, options: Options): Promise<readonly Descriptor[]> {
  const found = await findTag(target, tag, options);
  if (!found) return [];
  const manifest = await fetchManifest(target, found, options);
  if (isIndex(manifest))
    throw new InvalidManifestError(`${target.name}:${tag} is an index, not what cosign writes`);
  return manifest.layers;
}
