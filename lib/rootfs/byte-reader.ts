import { InvalidLayerError } from './errors.ts';

/** Takes exact amounts of bytes from a stream of chunks. */
export interface ByteReader {
  /** `size` bytes, or fewer at the end. */
  take(size: number): Promise<Buffer>;
  /** The next `size` bytes as they come. */
  stream(size: number): AsyncGenerator<Uint8Array, void, undefined>;
  /** Reads to the end, so that whoever verifies the stream sees all of it. */
  drain(): Promise<void>;
}

export function createByteReader(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const source = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  const next = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const { done, value } = await source.next();
      if (done) return false;
      rest = value;
    }
    return true;
  };
  async function* stream(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    let left = size;
    while (left > 0) {
      if (!(await next())) throw new InvalidLayerError(`a layer ends ${left} bytes too early`);
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
  return {
    async take(size) {
      const parts: Uint8Array[] = [];
      let length = 0;
      while (length < size && (await next())) {
        const part = rest.subarray(0, size - length);
        rest = rest.subarray(part.length);
        parts.push(part);
        length += part.length;
      }
      return Buffer.concat(parts);
    },
    stream,
    async drain() {
      rest = new Uint8Array();
      while (!(await source.next()).done);
    },
  };
}
