import * as z from 'zod';
import { jsonOf } from '#lib/text';
import { packageKey } from './package-key.ts';
import { type Ancestry, BASE_IMAGE, type Package } from './spdx.ts';

const Annotation = z.looseObject({ comment: z.string().optional() });
const Spdx = z.object({
  spdxVersion: z.string().startsWith('SPDX-2.'),
  packages: z.array(
    z.looseObject({
      SPDXID: z.string(),
      externalRefs: z
        .array(z.looseObject({ referenceType: z.string(), referenceLocator: z.string() }))
        .optional(),
      annotations: z.array(Annotation).optional(),
    }),
  ),
  relationships: z.array(
    z.looseObject({
      spdxElementId: z.string(),
      relationshipType: z.string(),
      relatedSpdxElement: z.string(),
    }),
  ),
});
type Spdx = z.output<typeof Spdx>;
type SpdxPackage = Spdx['packages'][number];

/**
 * Reads the SBOM of a base image the way mobster contextualizes with it
 * (src/mobster/cmd/generate/oci_image/contextual_sbom/contextualize.py): a package of both images is the base's, or of the
 * image below it where the base's SBOM says so; what hermeto has fetched for this build is never the base's.
 *
 * @param baseId the id that the new SBOM gives the base
 * @returns undefined for what is no SPDX 2
 */
export function readAncestry(text: string, baseId: string): Ancestry | undefined {
  const parsed = Spdx.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { packages, relationships } = parsed.data;
  const related = (type: string) => relationships.filter(({ relationshipType }) => relationshipType === type);
  const roots = new Set(related('DESCRIBES').map(({ relatedSpdxElement }) => relatedSpdxElement));
  const below = ancestorsIn(parsed.data, roots, baseId);
  const known = new Set(below.packages.map(({ SPDXID }) => SPDXID));
  const byId = new Map(packages.map((one) => [one.SPDXID, one]));
  const holders = new Map<string, string>();
  for (const { spdxElementId: holder, relatedSpdxElement } of related('CONTAINS')) {
    const purl = byId
      .get(relatedSpdxElement)
      ?.externalRefs?.find(({ referenceType }) => referenceType === 'purl')?.referenceLocator;
    if (purl !== undefined) holders.set(packageKey(purl), known.has(holder) ? holder : baseId);
  }
  return {
    holderOf: (one) => (isPrefetched(one) || one.purl === '' ? undefined : holders.get(packageKey(one.purl))),
    ...below,
  };
}

/** The images below the base; in SBOMs before mobster's one that has helped to build it and is marked as its base. */
function ancestorsIn({ packages, relationships }: Spdx, roots: ReadonlySet<string>, baseId: string) {
  const marked = packages.find(({ annotations = [] }) =>
    annotations.some(({ comment = '' }) => isBaseMark(comment)),
  );
  if (marked === undefined) return { packages: [], relationships: [] };
  const descents = relationships.filter(({ relationshipType }) => relationshipType === 'DESCENDANT_OF');
  const ids = new Set(descents.map(({ relatedSpdxElement }) => relatedSpdxElement));
  const found = descents.length === 0 ? [marked] : packages.filter(({ SPDXID }) => ids.has(SPDXID));
  const own = { spdxElementId: baseId, relationshipType: 'DESCENDANT_OF', relatedSpdxElement: marked.SPDXID };
  return {
    packages: found.map(asAncestor),
    relationships:
      descents.length === 0
        ? [own]
        : descents.map((one) => (roots.has(one.spdxElementId) ? { ...one, spdxElementId: baseId } : one)),
  };
}

/** It is the base of another image, and Conforma looks for the base of this one. */
function asAncestor(one: SpdxPackage): SpdxPackage {
  const annotations = one.annotations?.map((annotation) => ({
    ...annotation,
    ...(annotation.comment !== undefined && {
      comment: annotation.comment.replace('is_base_image', 'is_ancestor_image'),
    }),
  }));
  return { ...one, ...(annotations && { annotations }) };
}

function isBaseMark(comment: string): boolean {
  const value = jsonOf(comment);
  const mark = z.object({ name: z.literal(BASE_IMAGE.name), value: z.literal(BASE_IMAGE.value) });
  return mark.safeParse(value).success;
}

function isPrefetched({ notes = [] }: Package): boolean {
  return notes.some(({ annotator }) => /^Tool: (?:hermeto|cachi2):/.test(annotator));
}
