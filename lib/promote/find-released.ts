import { findTag, type Options, type RegistryClient } from '#lib/oci';
import { forAll } from './for-all.ts';
import type { Limits } from './limits.ts';
import type { Promotion } from './promotion.ts';

/**
 * Which of the images are released: all tags of all repositories name them. One request for each tag.
 *
 * @throws {RegistryError} where a registry does not say: that is not "not released"
 */
export async function findReleased(
  client: RegistryClient,
  promotions: readonly Pick<Promotion, 'source' | 'targets'>[],
  { limits, signal }: { readonly limits: Limits } & Options,
): Promise<readonly boolean[]> {
  return forAll(promotions, async ({ source, targets }) => {
    const found = await forAll(targets, async ({ repository, tags }) => {
      const to = client.repository(repository);
      const named = await forAll(tags, (tag) => limits.at(to)(() => findTag(to, tag, { signal })));
      return named.every((descriptor) => descriptor?.digest === source.digest);
    });
    return found.every(Boolean);
  });
}
