import { createHash } from 'node:crypto';
import { quoted } from '#lib/text';
import { DigestMismatchError, InvalidReferenceError } from './errors.ts';
import { isOwned, markOwned } from './owned.ts';

/** `sha256:<64 hex>` or `sha512:<128 hex>`, the two that the image-spec registers. */
export type Digest = `${Algorithm}:${string}`;
type Algorithm = 'sha256' | 'sha512';

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** @throws {InvalidReferenceError} when it is none, saying why */
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
  /** May be asked once. */
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

interface Expected {
  readonly digest: Digest;
  readonly size: number;
}

/** @throws {DigestMismatchError} when the bytes are others; `what` says what they were meant to be */
export function verifyBytes(bytes: Uint8Array, expected: Expected, what: string): void {
  const { digest, size } = expected;
  if (bytes.length !== size) {
    throw new DigestMismatchError(`${what} has ${bytes.length} bytes instead of ${size}`, {
      expected: digest,
    });
  }
  const actual = digestOf(bytes, algorithmOf(digest));
  if (actual !== digest) throw mismatch(what, digest, actual);
}

type Stream = AsyncIterable<Uint8Array>;

/** Streams that end with an error where they are not what this digest says: to check them again is only slow. */
const checked = new WeakMap<Stream, Digest>();
/** The same streams without the check, where the content comes from this machine. */
const unchecked = new WeakMap<Stream, Stream>();

/** Puts something around a stream that passes all of it on, unchanged. */
export function around(stream: Stream, wrap: (stream: Stream) => Stream): Stream {
  const wrapped = wrap(stream);
  const digest = checked.get(stream);
  const raw = unchecked.get(stream);
  if (digest !== undefined) checked.set(wrapped, digest);
  if (raw !== undefined) unchecked.set(wrapped, keepOwned(raw, wrap(raw)));
  return keepOwned(stream, wrapped);
}

function keepOwned(stream: Stream, wrapped: Stream): Stream {
  return isOwned(stream) ? markOwned(wrapped) : wrapped;
}

/** For a receiver that checks for itself, as registries do: a file is then not digested twice. */
export function withoutCheck(stream: Stream): Stream {
  return unchecked.get(stream) ?? stream;
}

/**
 * Passes the bytes on and checks them on the way: the last of them are only good once the loop has ended without
 * an error. `isLocal` says that they come from this machine.
 *
 * @throws {DigestMismatchError} at the first byte too many, or at the end
 */
export function verified(content: Stream, expected: Expected, what: string, isLocal = false): Stream {
  if (checked.get(content) === expected.digest) return content;
  const stream = verify(content, expected, what);
  checked.set(stream, expected.digest);
  if (isLocal) unchecked.set(stream, content);
  return keepOwned(content, stream);
}

async function* verify(
  content: Stream,
  { digest, size }: Expected,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const digester = createDigester(algorithmOf(digest));
  for await (const bytes of content) {
    digester.update(bytes);
    if (digester.size > size) {
      throw new DigestMismatchError(`${what} is longer than the ${size} bytes it should have`, {
        expected: digest,
      });
    }
    yield bytes;
  }
  if (digester.size < size) {
    throw new DigestMismatchError(`${what} has ${digester.size} bytes instead of ${size}`, {
      expected: digest,
    });
  }
  const actual = digester.digest();
  if (actual !== digest) throw mismatch(what, digest, actual);
}

function mismatch(what: string, expected: Digest, actual: Digest): DigestMismatchError {
  return new DigestMismatchError(`${what} has the digest ${actual} instead of ${expected}`, {
    expected,
    actual,
  });
}
