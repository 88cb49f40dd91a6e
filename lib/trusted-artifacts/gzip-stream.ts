import { Readable } from 'node:stream';
import { constants, crc32, createDeflateRaw } from 'node:zlib';
import { through } from '#lib/oci';

/** Bytes that are compressed at a time: an archive of small files comes in pieces of 512 bytes. */
const PIECE = 256 * 1024;

/**
 * A gzip file (RFC 1952) as it grows, without name, time or system in it, the same for the same bytes on every machine.
 * zlib searches earlier bytes by means that depend on its build and the processor; with Huffman codes alone it searches
 * none, and every zlib writes the same. That is quick, too, and what the artifacts hold most of, RPMs and git's packs, is
 * compressed already.
 *
 * @param chunks may be used again by their writer once the next is asked for
 */
export async function* gzipStream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  let sum = 0;
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of inPieces(chunks)) {
      sum = crc32(piece, sum);
      size += piece.length;
      yield piece;
    }
  }
  const input = Readable.from(counted(), { objectMode: false, highWaterMark: PIECE });
  const deflate = createDeflateRaw({
    level: 6,
    memLevel: 8,
    windowBits: 15,
    strategy: constants.Z_HUFFMAN_ONLY,
    chunkSize: PIECE,
  });
  try {
    yield* through(input, deflate);
  } finally {
    input.destroy();
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(sum, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield trailer;
}

async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let piece = Buffer.allocUnsafe(PIECE);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + PIECE - filled);
      piece.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < PIECE) continue;
      yield piece;
      piece = Buffer.allocUnsafe(PIECE);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
