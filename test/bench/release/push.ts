// Releases what a file of JSON says, as the step push-snapshot does, without a log.
import { readFileSync } from 'node:fs';
import { createRegistryClient } from '#lib/oci';
import { carryOut, createLimits, planPromotion } from '#lib/promote';
import { MappedSnapshot, promotionsOf } from '#lib/release';

const snapshot = MappedSnapshot.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
using client = createRegistryClient();
const limits = createLimits(20);
const plan = await planPromotion(client, promotionsOf(snapshot, {}, { copyAttachedArtifacts: false }), {
  limits,
});
await carryOut(plan, { limits });
