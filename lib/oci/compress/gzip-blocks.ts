import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import { gzipFile } from './gzip-file.ts';

const BLOCK = 1024 * 1024;
/** Blocks under way at once; libuv has as many threads. */
const DEPTH = 4;
const deflate = promisify(deflateRaw);

/**
 * A gzip file, compressed by several threads: each MiB by itself, as pgzip does, which costs some 1 % of size. The same
 * bytes give the same file with the same zlib, in whatever pieces they come.
 */
export function gzipBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return gzipFile(chunks, BLOCK, deflateBlocks);
}

async function* deflateBlocks(blocks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const underWay: Promise<Uint8Array>[] = [];
  try {
    for await (const block of blocks) {
      underWay.push(deflate(block, { finishFlush: constants.Z_SYNC_FLUSH }));
      if (underWay.length >= DEPTH) yield (await underWay.shift()) as Uint8Array;
    }
    while (underWay.length > 0) yield (await underWay.shift()) as Uint8Array;
  } finally {
    await Promise.allSettled(underWay);
  }
  // An empty last block of fixed codes: none of those before it says that it is the last.
  yield Buffer.from([3, 0]);
}
