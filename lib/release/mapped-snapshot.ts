import * as z from 'zod';
import { isDigest, parseReference, parseTag } from '#lib/oci';

/** An image by digest: `registry/repository@sha256:…`, which `parseReference` takes. */
const ImageByDigest = z.string().refine((text) => {
  const digest = parsed(text)?.digest;
  return digest !== undefined && isDigest(digest) && parsed(text)?.tag === undefined;
}, 'expected registry/repository@sha256:… without a tag');

/** `registry/repository`, without a tag and a digest. */
const RepositoryName = z.string().refine((text) => {
  const reference = parsed(text);
  return reference !== undefined && reference.tag === undefined && reference.digest === undefined;
}, 'expected registry/repository without a tag');

const Tag = z.string().refine(isTag, 'expected a tag of the distribution spec');

/** Whether the attached artifacts of an image are copied beside it (our key `companions`). */
export const Companions = z.enum(['all', 'signatures', 'none']);
export type Companions = z.output<typeof Companions>;

const MappedRepository = z.looseObject({
  url: RepositoryName,
  /** At least one, all of them expanded. */
  tags: z.array(Tag).min(1),
});

/** One component of a mapped snapshot: that of the Snapshot with the keys of the mapping over it. */
const MappedComponent = z.looseObject({
  /** Name of the Component in Konflux. */
  name: z.string().min(1),
  containerImage: ImageByDigest,
  source: z
    .looseObject({
      git: z.looseObject({ url: z.string().optional(), revision: z.string().optional() }).optional(),
    })
    .optional(),
  /** Where it goes. Both forms of a mapping end here, the short one of `repository` and `tags`, too. */
  repositories: z.array(MappedRepository).min(1),
  /** True: it must be there; false: nobody looks; absent here and in the defaults: copied when it is there. */
  pushSourceContainer: z.boolean().optional(),
  /** Upstream takes the text `true`, too. */
  public: z.union([z.boolean(), z.string()]).optional(),
  companions: Companions.optional(),
  copyAttachedArtifacts: z.boolean().optional(),
  allowFewerPlatforms: z.boolean().optional(),
});

/** What apply-mapping leaves in `snapshotPath`, and the tasks after it read. */
export const MappedSnapshot = z.looseObject({ components: z.array(MappedComponent) });
export type MappedSnapshot = z.output<typeof MappedSnapshot>;
export type MappedComponent = MappedSnapshot['components'][number];

function parsed(text: string): ReturnType<typeof parseReference> | undefined {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

function isTag(text: string): boolean {
  try {
    return parseTag(text) === text;
  } catch {
    return false;
  }
}
