import { createHash } from 'node:crypto';

/** A package of an SBOM. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** https://github.com/package-url/purl-spec */
  readonly purl: string;
  /** As its own metadata says it, which need not be an SPDX expression. */
  readonly license?: string;
  readonly purpose?: 'CONTAINER' | 'APPLICATION' | 'LIBRARY' | 'OPERATING-SYSTEM';
  /** sha256, in hexadecimal. */
  readonly sha256?: string;
}

export interface SpdxInput {
  readonly root: Package;
  /** What the root holds. */
  readonly contains?: readonly Package[];
  /** What it needs elsewhere: the image of a step, the bundle of a task. */
  readonly dependsOn?: readonly Package[];
  /** For an index: its images, one for each platform. */
  readonly variants?: readonly Package[];
  readonly created: Date;
  /** Name and version of what writes it. */
  readonly tool: string;
}

/** The media type by which SBOMs are found among referrers (IANA, from SPDX 2.3). */
export const SPDX_MEDIA_TYPE = 'application/spdx+json';

/** An SPDX 2.3 document; the same input gives the same bytes. */
export function spdxDocument(input: SpdxInput): object {
  const { root, contains = [], dependsOn = [], variants = [], created, tool } = input;
  const rootId = idOf(root);
  const related = (packages: readonly Package[], relationshipType: string) =>
    packages.map((other) => ({ spdxElementId: rootId, relationshipType, relatedSpdxElement: idOf(other) }));
  const packages = new Map([root, ...contains, ...dependsOn, ...variants].map((one) => [idOf(one), one]));
  const body = {
    packages: [...packages].map(([id, one]) => packageOf(id, one)),
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: rootId },
      ...related(contains, 'CONTAINS'),
      ...related(dependsOn, 'DEPENDS_ON'),
      ...variants.map((variant) => ({
        spdxElementId: idOf(variant),
        relationshipType: 'VARIANT_OF',
        relatedSpdxElement: rootId,
      })),
    ],
  };
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${root.name}@${root.version}`,
    // Unique for the content, as section 6.5 asks, and the same each time it is made.
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(root.name)}-${digest(JSON.stringify(body))}`,
    creationInfo: { created: created.toISOString().replace('.000Z', 'Z'), creators: [`Tool: ${tool}`] },
    ...body,
  };
}

function packageOf(id: string, { name, version, purl, license, purpose, sha256 }: Package): object {
  // What packages say is seldom an expression of SPDX: without one, its text goes where any text may stand.
  const isExpression =
    license !== undefined && /^[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*$/.test(license);
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: isExpression ? license : 'NOASSERTION',
    ...(license !== undefined && !isExpression ? { licenseComments: license } : {}),
    copyrightText: 'NOASSERTION',
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
    ...(purpose === undefined ? {} : { primaryPackagePurpose: purpose }),
    ...(sha256 === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }] }),
  };
}

function idOf({ name, version, purl }: Package): string {
  return `SPDXRef-Package-${digest(`${name}\0${version}\0${purl}`).slice(0, 24)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
