import { InvalidManifestError } from '../model/errors.ts';
import type { Slicer } from '../model/slicer.ts';

const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** Pieces are gathered up to this size: each one costs the decompressor a turn. */
const PIECE = 256 * 1024;

/**
 * Cuts zstd where its frames end, and leaves out skippable ones: node's decompressor forgets what follows a frame in the
 * same chunk (seen with node 24), and zstd:chunked layers, which Fedora has, are made of many (RFC 8878, section 3.1).
 */
export async function* zstdFrames(content: Slicer, what: string): AsyncGenerator<Uint8Array> {
  for (;;) {
    const magic = await content.read(4);
    if (magic.length === 0) return;
    const number = magic.length === 4 ? view(magic).getUint32(0, true) : 0;
    if (number === FRAME) {
      yield* gather(frame(magic, content));
    } else if (magic.length === 4 && (number & 0xfffffff0) >>> 0 === SKIPPABLE) {
      const size = await content.read(4);
      const isWhole = size.length === 4 && (await skip(content, view(size).getUint32(0, true)));
      if (!isWhole)
        throw new InvalidManifestError(`${what} is broken zstd: it ends inside a skippable frame`);
    } else {
      throw new InvalidManifestError(`${what} is broken zstd: something else follows a frame`);
    }
  }
}

/** Yields one frame. It ends early where the content does; the decompressor then says what is wrong. */
async function* frame(magic: Uint8Array, content: Slicer): AsyncGenerator<Uint8Array> {
  yield magic;
  const descriptor = await content.read(1);
  yield descriptor;
  const flags = descriptor[0] ?? 0;
  yield await content.read(headerSize(flags));
  for (;;) {
    const header = await content.read(3);
    yield header;
    if (header.length < 3) return;
    const value = (header[0] as number) | ((header[1] as number) << 8) | ((header[2] as number) << 16);
    const isRunLength = ((value >> 1) & 3) === 1;
    for (let left = isRunLength ? 1 : value >> 3; left > 0; ) {
      const piece = await content.readSome(left);
      if (piece.length === 0) return;
      yield piece;
      left -= piece.length;
    }
    if ((value & 1) === 1) break;
  }
  const hasChecksum = (flags & 4) !== 0;
  if (hasChecksum) yield await content.read(4);
}

/**
 * The size of a frame's header, in which window, dictionary and content size are optional (RFC 8878, section 3.1.1.1).
 */
function headerSize(flags: number): number {
  const isSingleSegment = (flags & 0x20) !== 0;
  const window = isSingleSegment ? 0 : 1;
  const dictionary = [0, 1, 2, 4][flags & 3] as number;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] as number;
  return window + dictionary + contentSize;
}

async function* gather(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    gathered.push(piece);
    size += piece.length;
    if (size < PIECE) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(gathered);
}

/** Passes over `size` bytes; false where the content ends before. */
async function skip(content: Slicer, size: number): Promise<boolean> {
  for (let left = size; left > 0; ) {
    const piece = await content.readSome(left);
    if (piece.length === 0) return false;
    left -= piece.length;
  }
  return true;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
