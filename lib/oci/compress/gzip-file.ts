import { crc32 } from 'node:zlib';

/**
 * A gzip file (RFC 1952) as it grows, without name, time or system in it.
 *
 * @param chunks may be used again by their writer once the next is asked for
 * @param size bytes of each piece that is compressed, but for the last one; the pieces are nobody else's
 * @param deflate what they become, as a whole stream of deflate (RFC 1951)
 */
export async function* gzipFile(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
  deflate: (pieces: AsyncIterable<Buffer>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  let sum = 0;
  let total = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const piece of inPieces(chunks, size)) {
      sum = crc32(piece, sum);
      total += piece.length;
      yield piece;
    }
  }
  yield* deflate(counted());
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(sum, 0);
  trailer.writeUInt32LE(total % 2 ** 32, 4);
  yield trailer;
}

async function* inPieces(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let piece = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + size - filled);
      piece.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < size) continue;
      yield piece;
      piece = Buffer.allocUnsafeSlow(size);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
