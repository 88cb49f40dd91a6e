import {
  createRegistryClient,
  type Descriptor,
  parseReference,
  type RegistryClient,
  type RegistryOptions,
  type Repository,
} from '#lib/oci';
import { carryOut, createLimits, type Plan, type Promotion, planPromotion } from '#lib/promote';

/** An image by digest, as it stands in a Snapshot, to all of the targets. */
export function promotionOf(
  source: { readonly name: string },
  root: Descriptor,
  targets: readonly { readonly name: string }[],
  choice: Partial<Promotion> & { readonly tags: readonly string[] },
): Promotion {
  const { tags, ...rest } = choice;
  return {
    component: 'image',
    source: { ...parseReference(source.name), digest: root.digest },
    targets: targets.map(({ name }) => ({ repository: parseReference(name), tags })),
    companions: 'all',
    sourceContainer: 'if there',
    referrers: false,
    mayLosePlatforms: false,
    ...rest,
  };
}

/** Plans and carries out. */
export async function promote(client: RegistryClient, promotions: readonly Promotion[]): Promise<Plan> {
  const limits = createLimits(20);
  const plan = await planPromotion(client, promotions, { limits });
  await carryOut(plan, { limits });
  return plan;
}

/** A repository that asks nobody for credentials, but for those that are given. */
export function repositoryAt(name: string, options: RegistryOptions = {}): Repository {
  const client = createRegistryClient({ credentials: async () => undefined, ...options });
  return client.repository(parseReference(name));
}
