import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

const BLOCK = 1024 * 1024;
/** Blocks under way at once; libuv has as many threads. */
const DEPTH = 4;
const deflate = promisify(deflateRaw);

/**
 * A gzip file (RFC 1952) as it grows, without name, time or system in it, compressed by several threads: each MiB by
 * itself, as pgzip does, which costs some 1 % of size. The same bytes give the same file with the same zlib, in
 * whatever pieces they come.
 */
export async function* gzipBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  let sum = 0;
  let size = 0;
  const underWay: Promise<Uint8Array>[] = [];
  try {
    for await (const block of inBlocks(chunks)) {
      sum = crc32(block, sum);
      size += block.length;
      underWay.push(deflate(block, { finishFlush: constants.Z_SYNC_FLUSH }));
      if (underWay.length >= DEPTH) yield (await underWay.shift()) as Uint8Array;
    }
    while (underWay.length > 0) yield (await underWay.shift()) as Uint8Array;
  } finally {
    await Promise.allSettled(underWay);
  }
  // An empty last block of fixed codes: none of those before it says that it is the last.
  yield Buffer.from([3, 0]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(sum, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield trailer;
}

async function* inBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafeSlow(BLOCK);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + BLOCK - filled);
      block.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < BLOCK) continue;
      yield block;
      block = Buffer.allocUnsafeSlow(BLOCK);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
