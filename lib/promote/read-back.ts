import { type Descriptor, fetchBytes, isManifestType, NotFoundError } from '#lib/oci';
import type { Content, Written } from './copy-content.ts';
import { PromotionError } from './errors.ts';
import { forAll } from './for-all.ts';
import type { Limits } from './limits.ts';

/**
 * Reads back what was written: manifests byte for byte, blobs by asking for them, as a registry may take what it then
 * loses.
 *
 * @returns for each content the descriptor of its root as the registry has it, to be tagged without another request
 */
export async function readBack(
  written: readonly Written[],
  { limits, signal }: { readonly limits: Limits; readonly signal?: AbortSignal | undefined },
): Promise<readonly { readonly content: Content; readonly root: Descriptor }[]> {
  return forAll(written, async ({ content, descriptors }) => {
    const { to } = content;
    await forAll(descriptors, (descriptor) =>
      limits.at(to)(async () => {
        if (descriptor.digest === content.root.digest) return;
        if (isManifestType(descriptor.mediaType))
          await told(content, descriptor, fetchBytes(to, descriptor, { signal }));
        else if (!(await to.exists(descriptor, { signal }))) throw lost(content, descriptor);
      }),
    );
    const root = await limits.at(to)(() =>
      told(content, content.root, to.resolve(content.root.digest, { signal })),
    );
    return { content, root };
  });
}

async function told<T>(content: Content, descriptor: Descriptor, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof NotFoundError) throw lost(content, descriptor, error);
    throw error;
  }
}

function lost({ component, to }: Content, { digest }: Descriptor, cause?: unknown): PromotionError {
  return new PromotionError(`component ${component}: ${to.name} has taken ${digest}, and does not have it`, {
    cause,
    hint: 'the registry loses what it takes: tell those who run it, and release again',
  });
}
