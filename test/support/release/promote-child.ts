// Releases what the argument says, and tells each tag before it moves: a test kills this process.
import { createRegistryClient, parseDigest, parseReference } from '#lib/oci';
import { carryOut, createLimits, nameOf, type Promotion, planPromotion } from '#lib/promote';

const given = JSON.parse(process.argv[2] ?? '') as readonly Promotion[];
const promotions = given.map((promotion) => ({
  ...promotion,
  // JSON has no methods.
  source: { ...reference(promotion.source), digest: parseDigest(promotion.source.digest) },
  targets: promotion.targets.map(({ repository, tags }) => ({ repository: reference(repository), tags })),
}));
using client = createRegistryClient({ credentials: async () => undefined });
const limits = createLimits(20);
const plan = await planPromotion(client, promotions, { limits });
await carryOut(plan, { limits, onMove: (tag) => console.log(`moving ${nameOf(tag)}`) });
console.log('done');

function reference({ registry, repository }: { readonly registry: string; readonly repository: string }) {
  return parseReference(`${registry}/${repository}`);
}
