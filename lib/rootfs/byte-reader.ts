/** Takes exact amounts of bytes from a stream of chunks. */
export interface ByteReader {
  /** `size` bytes, or fewer at the end; valid until the next call. */
  take(size: number): Promise<Buffer>;
  /** Does the same where the bytes are at hand already, which spares a turn of the event loop. */
  takeAtHand(size: number): Buffer | undefined;
  /** At most `size` bytes as they come; none at the end. */
  next(size: number): Promise<Uint8Array | undefined>;
  /** Passes over `size` bytes where they are at hand already. */
  skipAtHand(size: number): boolean;
  /** Passes over `size` bytes and tells how many were missing. */
  skip(size: number): Promise<number>;
}

export function createByteReader(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const source = chunks[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  let at = 0;
  const fill = async (): Promise<boolean> => {
    while (at === chunk.length) {
      const { done, value } = await source.next();
      if (done) return false;
      chunk = Buffer.from(value.buffer, value.byteOffset, value.length);
      at = 0;
    }
    return true;
  };
  const part = (size: number): Buffer => {
    const bytes = chunk.subarray(at, at + size);
    at += bytes.length;
    return bytes;
  };
  return {
    takeAtHand: (size) => (chunk.length - at >= size ? part(size) : undefined),
    async take(size) {
      const parts: Buffer[] = [];
      let length = 0;
      while (length < size && (await fill())) {
        const bytes = part(size - length);
        parts.push(bytes);
        length += bytes.length;
      }
      return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    },
    next: async (size) => (size > 0 && (await fill()) ? part(size) : undefined),
    skipAtHand(size) {
      if (chunk.length - at < size) return false;
      at += size;
      return true;
    },
    async skip(size) {
      let left = size;
      while (left > 0 && (await fill())) left -= part(left).length;
      return left;
    },
  };
}
