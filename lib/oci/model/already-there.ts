import type { Descriptor } from './descriptor.ts';
import { RegistryError } from './errors.ts';
import type { Options, ReadableTarget } from './target.ts';

/**
 * Whether the target has the content. The question only saves a push: where the answer does not tell, the caller
 * pushes, and the push reports what stands in its way.
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
