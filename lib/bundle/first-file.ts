import { readTar } from '#lib/rootfs';

export interface FirstFile {
  readonly bytes: Uint8Array;
  readonly isTar: boolean;
}

/**
 * What the resolver takes from a layer: the first entry of a tar, whatever its name and whatever follows it, or all
 * bytes of a layer that is no tar (readTarLayer and readRawLayer, pkg/remote/oci/resolver.go).
 */
export async function firstFile(bytes: Uint8Array): Promise<FirstFile> {
  let first: Uint8Array | undefined;
  try {
    await readTar(once(bytes), async ({ size, content }) => {
      if (first !== undefined) return;
      // A sparse file can say any size; one that no layer of this size can hold is not expanded.
      if (size > bytes.length) throw new RangeError('the first file is larger than its layer');
      first = await collect(content());
    });
  } catch {
    // The resolver, too, takes what it cannot untar as it is, and does not look past the first entry.
  }
  return first === undefined ? { bytes, isTar: false } : { bytes: first, isTar: true };
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
