import {
  type Descriptor,
  type Options,
  type Platform,
  type ReadableTarget,
  streamOf,
  verified,
} from '#lib/oci';
import { encode, readDocuments } from './image-documents.ts';

/**
 * The same image under the name of another platform: buildah finds no image of a platform that it does not build for.
 * Nothing of its files changes.
 */
export async function asPlatform(
  source: ReadableTarget,
  root: Descriptor,
  { os, architecture }: Platform,
  options: Options,
): Promise<ReadableTarget> {
  const { manifest, config } = await readDocuments(source, root, options);
  const { variant: _, ...rest } = config;
  const newConfig = encode(manifest.config.mediaType, { ...rest, os, architecture });
  const { digest, size } = newConfig.descriptor;
  const newRoot = encode(root.mediaType, { ...manifest, config: { ...manifest.config, digest, size } });
  const own = new Map([newConfig, newRoot].map(({ descriptor, bytes }) => [descriptor.digest, bytes]));
  return {
    ...source,
    resolve: async () => newRoot.descriptor,
    fetch: (descriptor, more) => {
      const bytes = own.get(descriptor.digest);
      return bytes ? verified(streamOf(bytes), descriptor, source.name) : source.fetch(descriptor, more);
    },
  };
}
