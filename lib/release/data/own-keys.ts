import * as z from 'zod';
import { Companions } from '../mapped-snapshot.ts';
import { SanityChoice, SanityData } from '../sanity-choices.ts';

/** What a component may say, and `mapping.defaults` for those that do not. */
const choices = {
  companions: Companions.optional(),
  copyAttachedArtifacts: z.boolean().optional(),
  allowFewerPlatforms: z.boolean().optional(),
};

/**
 * Keys of release data that upstream does not have, by where they stand. Upstream's tasks pass over them.
 *
 * `repository` is upstream's own of earlier years: with `tags`, the short form of `repositories`, which Fedora writes and
 * the schema of today refuses.
 */
export const ownKeys = {
  top: { sanityCheck: SanityData.shape.sanityCheck },
  conforma: { policy: z.string().optional() },
  mapping: { failOnUnmapped: z.boolean().optional(), allowFewerPlatforms: z.boolean().optional() },
  defaults: choices,
  component: { ...choices, sanityCheck: SanityChoice.optional(), repository: z.string().optional() },
} as const;
