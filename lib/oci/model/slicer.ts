import { ExpectedError } from '#lib/errors';
import { isOwned, markOwned } from './owned.ts';

/** Cuts a stream of chunks into pieces of given sizes. */
export interface Slicer {
  /** Passes over `size` bytes. */
  skip(size: number): Promise<void>;
  /**
   * The next `size` bytes; with `last` they must be all that is left.
   * @throws {SizeError} when there are fewer, or more
   */
  take(size: number, options?: { readonly last?: boolean }): AsyncGenerator<Uint8Array>;
  /** The next `size` bytes, or as many as there are, in one piece. */
  read(size: number): Promise<Uint8Array>;
  /** The next bytes as they come, `size` at most; none at the end. */
  readSome(size: number): Promise<Uint8Array>;
  /** Puts back what `read` gave, to be read again. */
  unread(bytes: Uint8Array): void;
  /** Lets go of the stream. */
  close(): Promise<void>;
}

export class SizeError extends ExpectedError {
  override readonly name = 'SizeError';
  override readonly kind = 'environment';
}

export function createSlicer(content: AsyncIterable<Uint8Array>): Slicer {
  const source = content[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();

  const next = async (): Promise<Uint8Array | undefined> => {
    while (rest.length === 0) {
      const { done, value } = await source.next();
      if (done) return undefined;
      rest = value;
    }
    return rest;
  };
  async function* take(size: number, { last = false } = {}): AsyncGenerator<Uint8Array> {
    let left = size;
    while (left > 0) {
      const chunk = await next();
      if (chunk === undefined) throw new SizeError(`the content ended ${left} bytes too early`);
      const piece = chunk.subarray(0, left);
      rest = chunk.subarray(piece.length);
      left -= piece.length;
      // This is checked before the last piece goes out, since the registry then takes the upload for complete.
      if (left === 0 && last && (await next()) !== undefined) {
        throw new SizeError(`the content is longer than the ${size} bytes it should have`);
      }
      yield piece;
    }
  }
  const readSome = async (size: number): Promise<Uint8Array> => {
    const chunk = await next();
    if (chunk === undefined) return new Uint8Array();
    const piece = chunk.subarray(0, size);
    rest = chunk.subarray(piece.length);
    return piece;
  };
  return {
    take: (size, options) => (isOwned(content) ? markOwned(take(size, options)) : take(size, options)),
    readSome,
    async read(size) {
      const first = await readSome(size);
      if (first.length === size || first.length === 0) return first;
      const pieces = [first];
      for (let left = size - first.length; left > 0; ) {
        const piece = await readSome(left);
        if (piece.length === 0) break;
        pieces.push(piece);
        left -= piece.length;
      }
      return Buffer.concat(pieces);
    },
    unread(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([bytes, rest]);
    },
    async skip(size) {
      for await (const _ of take(size));
    },
    async close() {
      await source.return?.();
    },
  };
}
