type Stream = AsyncIterable<Uint8Array>;

/** Streams of chunks that nobody but their reader has. */
const owned = new WeakSet<Stream>();

/** Says that whoever reads this stream may do with its chunks as it likes. */
export function markOwned<T extends Stream>(stream: T): T {
  owned.add(stream);
  return stream;
}

export function isOwned(stream: Stream): boolean {
  return owned.has(stream);
}

/**
 * Gives the memory of a chunk back now. Left to the garbage collector, which counts objects and hardly their buffers, a
 * download holds some 64 MiB that nobody uses.
 */
export function release(chunk: Uint8Array): void {
  const { buffer, byteLength } = chunk;
  // A slice of something larger is not ours alone.
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}
