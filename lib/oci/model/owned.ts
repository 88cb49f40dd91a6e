type Stream = AsyncIterable<Uint8Array>;

/** Streams whose chunks belong to their reader alone. */
const owned = new WeakSet<Stream>();

/** Declares that the chunks of this stream belong to its reader alone, who may release them. */
export function markOwned<T extends Stream>(stream: T): T {
  owned.add(stream);
  return stream;
}

export function isOwned(stream: Stream): boolean {
  return owned.has(stream);
}

/**
 * Frees the memory of a chunk at once. The garbage collector counts objects and hardly their buffers, so that without
 * this a download holds some 64 MiB that nobody uses.
 */
export function release(chunk: Uint8Array): void {
  const { buffer, byteLength } = chunk;
  // A slice of something larger is not ours alone.
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}
