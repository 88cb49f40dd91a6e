import { existsSync } from 'node:fs';
import { type Bundle, InvalidBundleError, packUnchecked, readBundle, type TektonObject } from '#lib/bundle';
import { loadFiles } from '#lib/local';
import { createMemoryTarget, type RegistryClient } from '#lib/oci';
import { locateImage } from '../options/locate-image.ts';

/** Whether a text means a file or directory with YAML, and no reference. */
export function isPath(text: string): boolean {
  return /^\.{0,2}\/|\.(?:ya?ml|json)$/.test(text) || (!text.includes(':') && existsSync(text));
}

/** A bundle by its reference, in a layout, or of the objects in files. */
export async function openBundle(client: RegistryClient, text: string): Promise<Bundle> {
  if (isPath(text)) return fromFiles(text);
  const { from, reference } = locateImage(client, text);
  return readBundle(from, (await from.resolve(reference)).digest);
}

/** Packed first, so that it is seen as it would be published; also what a cluster would refuse can be looked at. */
async function fromFiles(path: string): Promise<Bundle> {
  const memory = createMemoryTarget(path);
  const objects = (await loadFiles([path])).map(({ object, source }) => {
    const { metadata } = object as { readonly metadata?: { readonly name?: unknown } };
    if (typeof metadata?.name === 'string') return object as Readonly<Record<string, unknown>> & TektonObject;
    throw new InvalidBundleError(`${source} has no metadata.name`);
  });
  const { digest } = await packUnchecked(memory, objects);
  return readBundle(memory, digest);
}
