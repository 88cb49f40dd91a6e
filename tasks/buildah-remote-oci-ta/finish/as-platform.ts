import type { Descriptor, Options, Platform, ReadableTarget } from '#lib/oci';
import { readDocuments, withDocuments } from './image-documents.ts';

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
  return withDocuments(source, root, { manifest, config: { ...rest, os, architecture } });
}
