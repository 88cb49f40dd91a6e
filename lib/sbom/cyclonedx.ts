import { createHash } from 'node:crypto';
import { timestamp } from '#lib/text';
import { declaredLicense } from './license.ts';
import type { Package, Property } from './spdx.ts';

export interface CycloneDxInput {
  /** The image. */
  readonly root: Package & { readonly bomRef: string };
  /** What it holds. */
  readonly contains: readonly Package[];
  /** What it was made with, one entry of `formulation` for each list. */
  readonly formulas: readonly (readonly (Package & { readonly bomRef: string })[])[];
  readonly created: Date;
  readonly tool: string;
}

/** A CycloneDX 1.6 document, in the form of mobster's; the same input gives the same bytes. */
export function cyclonedxDocument({ root, contains, formulas, created, tool }: CycloneDxInput): object {
  const component = componentOf(root, root.bomRef);
  const parts = contains.map((one) => componentOf(one, refOf(one)));
  const refs = [...new Set(contains.map(refOf))];
  const body = {
    metadata: {
      timestamp: timestamp(created),
      tools: { components: [{ type: 'application', name: tool }] },
      component,
    },
    components: [component, ...new Map(parts.map((one) => [one['bom-ref'], one])).values()],
    dependencies: [{ ref: root.bomRef, dependsOn: refs }, ...refs.map((ref) => ({ ref }))],
    ...(formulas.length > 0 && {
      formulation: formulas.map((images) => ({
        components: images.map((one) => componentOf(one, one.bomRef)),
      })),
    }),
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    // Unique for the content, and the same each time it is made.
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`,
    version: 1,
    ...body,
  };
}

function componentOf(one: Package, ref: string) {
  const { name, version, purl, purpose, sha256, license } = one;
  const properties = [...noted(one), ...(one.properties ?? [])];
  return {
    type: purpose === undefined ? 'library' : purpose.toLowerCase(),
    'bom-ref': ref,
    name,
    ...(version === '' ? {} : { version }),
    ...(sha256 === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
    ...(license === undefined ? {} : { licenses: [licenseOf(license)] }),
    ...(purl === '' ? {} : { purl }),
    ...(properties.length === 0 ? {} : { properties }),
  };
}

/** What is no expression of SPDX is a name. */
function licenseOf(text: string): object {
  const { expression, extracted } = declaredLicense(text);
  return extracted === undefined ? { expression } : { license: { name: extracted.extractedText } };
}

/** The notes that are properties, as hermeto turns its SPDX into CycloneDX. */
function noted({ notes = [] }: Package): readonly Property[] {
  return notes.flatMap(({ annotator, comment }) =>
    annotator.endsWith(':jsonencoded') ? (propertyIn(comment) ?? []) : [],
  );
}

function propertyIn(comment: string): Property | undefined {
  try {
    const { name, value } = JSON.parse(comment) as Partial<Property>;
    return name === undefined || value === undefined ? undefined : { name, value };
  } catch {
    return undefined;
  }
}

function refOf({ id, name, version, purl }: Package): string {
  return purl === '' ? (id ?? `${name}@${version}`) : purl;
}

/** A UUID of version 8 (RFC 9562), which is for those that are made of a digest of one's own choice. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
