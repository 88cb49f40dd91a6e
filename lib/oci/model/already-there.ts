import type { Descriptor } from './descriptor.ts';
import { RegistryError } from './errors.ts';
import type { Options, ReadableTarget } from './target.ts';

/**
 * Asked only to save the work of a push: where the answer says nothing the work is done, and says for itself what stands in
 * its way.
 */
export async function isAlreadyThere(
  target: ReadableTarget,
  descriptor: Descriptor,
  options: Options = {},
): Promise<boolean> {
  try {
    return await target.exists(descriptor, options);
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}
