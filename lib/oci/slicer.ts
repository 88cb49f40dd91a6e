import { ExpectedError } from '#lib/errors';

/** Cuts a stream of chunks into pieces of given sizes. */
export interface Slicer {
  /** Leaves out so many bytes. */
  skip(size: number): Promise<void>;
  /**
   * The next `size` bytes; with `last` they must be all that is left.
   * @throws {SizeError} when there are fewer, or more
   */
  take(size: number, options?: { readonly last?: boolean }): AsyncGenerator<Uint8Array>;
  /** Lets go of the stream. */
  close(): Promise<void>;
}

export class SizeError extends ExpectedError {
  override readonly name = 'SizeError';
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
      // Before the last piece goes out: once it has, the registry takes the upload for complete.
      if (left === 0 && last && (await next()) !== undefined) {
        throw new SizeError(`the content is longer than the ${size} bytes it should have`);
      }
      yield piece;
    }
  }
  return {
    take,
    async skip(size) {
      for await (const _ of take(size));
    },
    async close() {
      await source.return?.();
    },
  };
}
