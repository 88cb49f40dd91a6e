import { createHash } from 'node:crypto';
import { quoted } from '#lib/text';
import { InvalidReferenceError } from './errors.ts';

/** `sha256:<64 hex>` or `sha512:<128 hex>`, the two that the image-spec registers. */
export type Digest = `${Algorithm}:${string}`;
type Algorithm = 'sha256' | 'sha512';

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** @throws {InvalidReferenceError} when the text is no digest, saying why */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  const [algorithm, encoded = ''] = text.split(':');
  const why =
    algorithm !== 'sha256' && algorithm !== 'sha512'
      ? 'only sha256:… and sha512:… are known'
      : `${algorithm} takes ${algorithm === 'sha256' ? 64 : 128} lower case hex digits, not ${encoded.length} characters`;
  throw new InvalidReferenceError(`not a digest: ${quoted(text)}: ${why}`);
}

export function digestOf(bytes: Uint8Array | string, algorithm: Algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

export interface Digester {
  update(bytes: Uint8Array): void;
  readonly size: number;
  /** The digest of all that was fed; may be called once. */
  digest(): Digest;
}

export function createDigester(algorithm: Algorithm = 'sha256'): Digester {
  const hash = createHash(algorithm);
  let size = 0;
  return {
    update(bytes) {
      hash.update(bytes);
      size += bytes.length;
    },
    get size() {
      return size;
    },
    digest: () => `${algorithm}:${hash.digest('hex')}`,
  };
}

export function algorithmOf(digest: Digest): Algorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}
