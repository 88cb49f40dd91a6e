import * as z from 'zod';
import { Companions } from '../mapped-snapshot.ts';

const Tags = z.array(z.string()).nullish();
const Choices = {
  pushSourceContainer: z.boolean().optional(),
  public: z.union([z.boolean(), z.string()]).optional(),
  companions: Companions.optional(),
  copyAttachedArtifacts: z.boolean().optional(),
  allowFewerPlatforms: z.boolean().optional(),
};

const MappingComponent = z.looseObject({
  name: z.string().min(1),
  repositories: z.array(z.looseObject({ url: z.string(), tags: Tags })).nullish(),
  /** The short form, with `tags`. */
  repository: z.string().nullish(),
  tags: Tags,
  componentTags: Tags,
  timestampFormat: z.string().nullish(),
  contentType: z.string().nullish(),
  ...Choices,
});
export type MappingComponent = z.output<typeof MappingComponent>;

/** `mapping` of release data, as far as images are released by it. */
export const Mapping = z.looseObject({
  components: z.array(MappingComponent).nullish(),
  defaults: z.looseObject({ tags: Tags, timestampFormat: z.string().nullish(), ...Choices }).nullish(),
  failOnUnmapped: z.boolean().optional(),
  allowFewerPlatforms: z.boolean().optional(),
});
export type Mapping = z.output<typeof Mapping>;

/** The data of a release, as far as its mapping is read; null and nothing are the same. */
export const MappingData = z.looseObject({ mapping: Mapping.nullish() });
