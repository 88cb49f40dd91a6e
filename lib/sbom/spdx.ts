import { createHash } from 'node:crypto';
import { timestamp } from '#lib/text';
import { type DeclaredLicense, declaredLicense } from './license.ts';

/** A package of an SBOM. */
export interface Package {
  /** Its SPDXID, where readers look for one of a certain form; otherwise one is made of what it is. */
  readonly id?: string;
  readonly name: string;
  /** Empty where there is none. */
  readonly version: string;
  /** https://github.com/package-url/purl-spec; empty where there is none. */
  readonly purl: string;
  /** As its own metadata says it, which need not be an SPDX expression. */
  readonly license?: string;
  readonly purpose?: 'CONTAINER' | 'APPLICATION' | 'LIBRARY' | 'OPERATING-SYSTEM';
  /** sha256, in hexadecimal. */
  readonly sha256?: string;
  /** What Konflux tells of it, such as that it is a builder image. */
  readonly properties?: readonly Property[];
  /** What others have told of it, which is handed on as it is. */
  readonly notes?: readonly Note[];
}

/** An annotation of SPDX without its date. */
export interface Note {
  /** Such as `Tool: hermeto:jsonencoded`. */
  readonly annotator: string;
  readonly comment: string;
}

/** A property as Konflux' programs write it into SPDX: JSON in the comment of an annotation. */
export interface Property {
  readonly name: string;
  readonly value: string;
}

export interface SpdxInput {
  readonly root: Package;
  /** What the root holds. */
  readonly contains?: readonly Package[];
  /** What it needs elsewhere: the image of a step, the bundle of a task. */
  readonly dependsOn?: readonly Package[];
  /** For an index: its images, one for each platform. */
  readonly variants?: readonly Package[];
  /** For an image: those that it was built from. */
  readonly ancestors?: readonly Package[];
  /** What it was built with: the images of earlier stages. */
  readonly buildTools?: readonly Package[];
  /** Name of the document; by default the root's, with its version. */
  readonly name?: string;
  readonly created: Date;
  /** Name and version of what writes it. */
  readonly tool: string;
}

/**
 * Konflux' SBOMs say by this property which package is a base image, and Conforma (base_image_registries) finds it by
 * that.
 */
export const BASE_IMAGE: Property = { name: 'konflux:container:is_base_image', value: 'true' };

/** The media type by which SBOMs are found among referrers (IANA, from SPDX 2.3). */
export const SPDX_MEDIA_TYPE = 'application/spdx+json';

/** An SPDX 2.3 document; the same input gives the same bytes. */
export function spdxDocument(input: SpdxInput): object {
  const { root, contains = [], dependsOn = [], variants = [], ancestors = [], buildTools = [], tool } = input;
  const created = timestamp(input.created);
  const rootId = idOf(root);
  const packages = unique([root, ...contains, ...dependsOn, ...variants, ...ancestors, ...buildTools]);
  const licenses = new Map(packages.map(([id, { license }]) => [id, declaredLicense(license)]));
  const properties = propertiesOf([...buildTools, ...ancestors.map(asBase)]);
  const fromRoot = (others: readonly Package[], relationshipType: string) =>
    unique(others).map(([id]) => ({ spdxElementId: rootId, relationshipType, relatedSpdxElement: id }));
  const toRoot = (others: readonly Package[], relationshipType: string) =>
    unique(others).map(([id]) => ({ spdxElementId: id, relationshipType, relatedSpdxElement: rootId }));
  const extracted = extractedTexts([...licenses.values()]);
  const body = {
    creationInfo: { created, creators: [`Tool: ${tool}`] },
    packages: packages.map(([id, one]) => ({
      ...packageOf(id, one, licenses.get(id)?.expression ?? 'NOASSERTION'),
      ...annotationsOf([...(one.notes ?? []), ...(properties.get(id) ?? []).map(noteOf)], created),
    })),
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: rootId },
      ...fromRoot(contains, 'CONTAINS'),
      ...fromRoot(dependsOn, 'DEPENDS_ON'),
      ...fromRoot(ancestors, 'DESCENDANT_OF'),
      ...toRoot(variants, 'VARIANT_OF'),
      ...toRoot(buildTools, 'BUILD_TOOL_OF'),
    ],
    ...(extracted.length === 0 ? {} : { hasExtractedLicensingInfos: extracted }),
  };
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: input.name ?? `${root.name}@${root.version}`,
    // Unique for the content, as section 6.5 asks, and the same each time it is made.
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(root.name)}-${digest(JSON.stringify(body))}`,
    ...body,
  };
}

function packageOf(
  id: string,
  { name, version, purl, purpose, sha256 }: Package,
  licenseDeclared: string,
): object {
  return {
    SPDXID: id,
    name,
    ...(version === '' ? {} : { versionInfo: version }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared,
    copyrightText: 'NOASSERTION',
    externalRefs:
      purl === ''
        ? []
        : [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
    ...(purpose === undefined ? {} : { primaryPackagePurpose: purpose }),
    ...(sha256 === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }] }),
  };
}

function asBase(one: Package): Package {
  return { ...one, properties: [...(one.properties ?? []), BASE_IMAGE] };
}

/** One image may stand for several stages: it has the properties of all of them. */
function propertiesOf(packages: readonly Package[]): ReadonlyMap<string, readonly Property[]> {
  const found = new Map<string, readonly Property[]>();
  for (const one of packages) {
    const id = idOf(one);
    found.set(id, [...(found.get(id) ?? []), ...(one.properties ?? [])]);
  }
  return found;
}

function noteOf({ name, value }: Property): Note {
  return { annotator: 'Tool: konflux:jsonencoded', comment: JSON.stringify({ name, value }) };
}

function annotationsOf(notes: readonly Note[], annotationDate: string): object {
  if (notes.length === 0) return {};
  return {
    annotations: notes.map(({ annotator, comment }) => ({
      annotationDate,
      annotationType: 'OTHER',
      annotator,
      comment,
    })),
  };
}

function extractedTexts(licenses: readonly DeclaredLicense[]): readonly object[] {
  const texts = new Map(
    licenses.flatMap(({ extracted }) => (extracted ? [[extracted.licenseId, extracted]] : [])),
  );
  return [...texts.values()];
}

/** Each package once: an element of a document has one id. */
function unique(packages: readonly Package[]): readonly (readonly [id: string, one: Package])[] {
  return [...new Map(packages.map((one) => [idOf(one), one]))];
}

function idOf({ id, name, version, purl }: Package): string {
  return id ?? `SPDXRef-Package-${digest(`${name}\0${version}\0${purl}`).slice(0, 24)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
