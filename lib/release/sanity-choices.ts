import * as z from 'zod';

const Compose = z.url({ protocol: /^https?$/ });

/** What the data says of the sanity check of one component (`mapping.components[].sanityCheck`). */
export const SanityChoice = z.strictObject({
  /** Each is written as in the param WAIVERS of the task sanity-check: `check=reason;until=YYYY-MM-DD`. */
  waivers: z.array(z.string()).optional(),
  /** The compose that the packages of this component must come from, where it is another one. */
  compose: Compose.optional(),
});

/** The merged data as far as the sanity check reads it. */
export const SanityData = z.looseObject({
  sanityCheck: z.strictObject({ compose: Compose.optional() }).nullish(),
});

/** The mapped Snapshot as the sanity check reads it: only images by digest are judged. */
export const SanityComponent = z.looseObject({ sanityCheck: SanityChoice.nullish() });
