import type { Descriptor } from './descriptor.ts';
import { InvalidManifestError } from './errors.ts';
import type { Content, Options, ReadableTarget } from './target.ts';
import { verifyBytes } from './verify.ts';

/** The most bytes that registries take as a manifest (distribution-spec v1.1.1, "Pushing Manifests"). */
export const MAX_MANIFEST = 4 * 1024 * 1024;

export function streamOf(content: Content): AsyncIterable<Uint8Array> {
  return content instanceof Uint8Array ? once(content) : content();
}

/** Reads all of a small blob and verifies it. */
export async function fetchBytes(
  target: ReadableTarget,
  descriptor: Descriptor,
  options: Options & { readonly limit?: number } = {},
): Promise<Uint8Array> {
  const { limit = MAX_MANIFEST, ...rest } = options;
  const what = `${target.name}@${descriptor.digest}`;
  if (descriptor.size > limit) {
    throw new InvalidManifestError(`${what} has ${descriptor.size} bytes, more than the ${limit} allowed`);
  }
  const bytes = await collect(target.fetch(descriptor, rest));
  verifyBytes(bytes, descriptor, what);
  return bytes;
}

export async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @throws {InvalidManifestError} as soon as there is more than `limit` bytes */
export async function* limited(
  content: AsyncIterable<Uint8Array>,
  limit: number,
  what: string,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > limit) throw new InvalidManifestError(`${what} has more than the ${limit} bytes allowed`);
    yield chunk;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
