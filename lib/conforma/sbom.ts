import * as z from 'zod';
import { jsonOf, type PackageUrl, parsePackageUrl } from '#lib/text';
import type { Sbom } from './evidence.ts';

/** A package of an SBOM, with what rules ask for. */
export interface SbomPackage {
  readonly name: string;
  readonly purls: readonly string[];
  /** What Konflux' tools say of it: names and values. */
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  /** Whether hermeto has fetched it. */
  readonly isPrefetched: boolean;
}

const Text = z.string();
const Property = z.looseObject({ name: Text, value: Text.prefault('') });
const Spdx = z.looseObject({
  packages: z
    .array(
      z.looseObject({
        name: Text,
        externalRefs: z.array(z.looseObject({ referenceType: Text, referenceLocator: Text })).prefault([]),
        annotations: z
          .array(z.looseObject({ annotationType: Text, annotator: Text, comment: Text }))
          .prefault([]),
      }),
    )
    .prefault([]),
});
const Component = z.looseObject({
  name: Text,
  type: Text.optional(),
  purl: Text.optional(),
  properties: z.array(Property).prefault([]),
});
const CycloneDx = z.looseObject({
  components: z.array(Component).prefault([]),
  formulation: z.array(z.looseObject({ components: z.array(Component).prefault([]) })).prefault([]),
});

export const isSpdx = (sbom: Sbom) => sbom.SPDXID === 'SPDXRef-DOCUMENT';
export const isCycloneDx = (sbom: Sbom) => sbom.bomFormat === 'CycloneDX';

/** Its packages; none of a document whose parts are not of their form, which sbom_spdx.valid is asked for. */
export function packagesOf(sbom: Sbom): readonly SbomPackage[] {
  if (isSpdx(sbom)) {
    return (Spdx.safeParse(sbom).data?.packages ?? []).map(({ name, externalRefs, annotations }) => ({
      name,
      purls: externalRefs
        .filter(({ referenceType }) => referenceType === 'purl')
        .map(({ referenceLocator }) => referenceLocator),
      properties: annotations.flatMap(({ comment }) => propertyIn(comment)),
      isPrefetched: annotations.some(
        ({ annotationType, annotator }) => annotationType === 'OTHER' && /cachi2|hermeto/.test(annotator),
      ),
    }));
  }
  const { components = [], formulation = [] } = CycloneDx.safeParse(sbom).data ?? {};
  return [...components, ...formulation.flatMap((one) => one.components)].map(
    ({ name, purl, properties }) => ({
      name,
      purls: purl === undefined ? [] : [purl],
      properties,
      isPrefetched: properties.some(
        (one) => ['cachi2', 'hermeto'].includes(one.value) && one.name === `${one.value}:found_by`,
      ),
    }),
  );
}

/** RPMs of it, by package URL. */
export function rpmsOf(
  sbom: Sbom,
): readonly { readonly url: string; readonly purl: PackageUrl; readonly isPrefetched: boolean }[] {
  return packagesOf(sbom).flatMap(({ purls, isPrefetched }) =>
    purls.flatMap((url) => {
      const purl = parsePackageUrl(url);
      return purl !== undefined && ['rpm', 'rpmmod'].includes(purl.type) ? [{ url, purl, isPrefetched }] : [];
    }),
  );
}

/** Konflux writes a property as JSON in a comment. */
function propertyIn(comment: string): SbomPackage['properties'] {
  const parsed = Property.safeParse(jsonOf(comment));
  return parsed.success ? [parsed.data] : [];
}
