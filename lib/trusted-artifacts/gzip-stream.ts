import { Readable } from 'node:stream';
import { constants, createDeflateRaw } from 'node:zlib';
import { gzipFile, through } from '#lib/oci';

/** Bytes that are compressed at a time: an archive of small files comes in pieces of 512 bytes. */
const PIECE = 256 * 1024;

/**
 * A gzip file that is the same for the same bytes on every machine. zlib searches earlier bytes by means that depend on
 * its build and the processor; with Huffman codes alone it searches none, and every zlib writes the same. That is quick,
 * too, and what the artifacts hold most of, RPMs and git's packs, is compressed already.
 *
 * @param chunks may be used again by their writer once the next is asked for
 */
export function gzipStream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return gzipFile(chunks, PIECE, deflated);
}

async function* deflated(pieces: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const input = Readable.from(pieces, { objectMode: false, highWaterMark: PIECE });
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
}
