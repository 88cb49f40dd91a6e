const GIB = 1024 ** 3;

/**
 * Limits on what is read of an image: many times what Fedora's images have, and as much as the container engines take.
 */
export const limits = {
  /** Members of an index; docker's official images have 20. */
  members: 64,
  /** Layers of an image: as many as overlay takes (containers/storage, drivers/overlay, maxDepth). */
  layers: 500,
  /** Bytes of a layer, uncompressed. */
  layer: 32 * GIB,
  /** Bytes that zstd may look back, as a power of two: 64 MiB; `zstd -19` and podman use 8. */
  zstdWindow: 26,
} as const;
