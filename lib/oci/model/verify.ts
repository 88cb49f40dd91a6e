import { algorithmOf, createDigester, type Digest, digestOf } from './digest.ts';
import { DigestMismatchError } from './mismatch.ts';
import { isOwned, markOwned } from './owned.ts';

interface Expected {
  readonly digest: Digest;
  readonly size: number;
}

/** @throws {DigestMismatchError} when the bytes do not match; `what` says what they were meant to be */
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

/** Streams that already fail where they do not match this digest: a second check would only take time. */
const checked = new WeakMap<Stream, Digest>();
/** The same streams without the check, where the content comes from this machine. */
const unchecked = new WeakMap<Stream, Stream>();

/**
 * Wraps a stream by `wrap`, which must pass all of it on unchanged; the result counts as checked where the stream did.
 */
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

/**
 * The stream without our check, for a receiver that checks by itself, as registries do: a file is then not digested
 * twice.
 */
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
