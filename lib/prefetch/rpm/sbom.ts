import { createHash } from 'node:crypto';
import { type FetchedPackage, purlOf } from './purl.ts';

/** Formats that sbom-type names. */
export type SbomType = 'spdx' | 'cyclonedx';

interface Property {
  readonly name: string;
  readonly value: string;
}

/** What hermeto calls a component: packages of one purl are one. */
interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly properties: readonly Property[];
}

/** By this a policy sees that a package was prefetched. */
const FOUND_BY = { name: 'hermeto:found_by', value: 'hermeto' };
const BACKEND = 'hermeto:backend:rpm';

/**
 * The text of bom.json, as hermeto writes it (hermeto/core/models/sbom.py). Equal packages give equal bytes.
 *
 * @param created stands for the time of the run, which would make each run another
 */
export function sbomText(packages: readonly FetchedPackage[], type: SbomType, created: Date): string {
  const components = componentsOf(packages);
  const date = created.toISOString().replace(/\.\d+Z$/, 'Z');
  return JSON.stringify(type === 'spdx' ? spdx(components, date) : cyclonedx(components, date), null, 2);
}

function componentsOf(packages: readonly FetchedPackage[]): readonly Component[] {
  const byPurl = new Map<string, Component>();
  for (const one of packages) {
    const purl = purlOf(one);
    const { name, version } = one.header;
    const { properties = [] } = byPurl.get(purl) ?? {};
    byPurl.set(purl, { name, version, purl, properties: unique([...properties, ...propertiesOf(one)]) });
  }
  return [...byPurl.values()].sort((a, b) => compare(a.purl, b.purl));
}

function propertiesOf({ file, header }: FetchedPackage): readonly Property[] {
  const { modularityLabel, summary } = header;
  return [
    FOUND_BY,
    ...(file.checksum === undefined ? [{ name: 'hermeto:missing_hash:in_file', value: file.lock }] : []),
    ...(modularityLabel === undefined
      ? []
      : [{ name: 'hermeto:rpm_modularity_label', value: modularityLabel }]),
    // Konflux asks hermeto for it.
    ...(summary === undefined ? [] : [{ name: 'hermeto:rpm_summary', value: summary }]),
  ];
}

function unique(properties: readonly Property[]): readonly Property[] {
  const byText = new Map(properties.map((one) => [`${one.name}\0${one.value}`, one]));
  return [...byText].sort(([a], [b]) => compare(a, b)).map(([, one]) => one);
}

function spdx(components: readonly Component[], date: string): object {
  const root = 'SPDXRef-DocumentRoot-File-';
  const body = {
    creationInfo: { creators: ['Tool: hermeto', 'Organization: red hat'], created: date },
    packages: [
      {
        SPDXID: root,
        name: '',
        versionInfo: '',
        externalRefs: [],
        annotations: [],
        downloadLocation: 'NOASSERTION',
      },
      ...components.map((one) => spdxPackage(one, date)),
    ],
    relationships: [
      relationship('SPDXRef-DOCUMENT', root, 'DESCRIBES'),
      ...components.map((one) => relationship(root, spdxId(one), 'CONTAINS')),
    ],
  };
  return {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    dataLicense: 'CC0-1.0',
    name: '',
    documentNamespace: 'NOASSERTION',
    ...body,
  };
}

function spdxPackage(component: Component, annotationDate: string): object {
  const { name, version, purl, properties } = component;
  const annotation = (annotator: string, comment: string) => ({
    annotator: `Tool: ${annotator}`,
    annotationDate,
    annotationType: 'OTHER',
    comment,
  });
  return {
    SPDXID: spdxId(component),
    name,
    versionInfo: version,
    externalRefs: [{ referenceLocator: purl, referenceType: 'purl', referenceCategory: 'PACKAGE-MANAGER' }],
    annotations: [
      annotation('hermeto:backend', BACKEND),
      ...properties.map((property) =>
        annotation('hermeto:jsonencoded', pythonJson(Object.entries(property))),
      ),
    ],
    downloadLocation: 'NOASSERTION',
  };
}

function relationship(spdxElementId: string, relatedSpdxElement: string, relationshipType: string): object {
  return { spdxElementId, comment: '', relatedSpdxElement, relationshipType };
}

function spdxId({ name, version, purl }: Component): string {
  const identity = pythonJson([
    ['name', name],
    ['purl', purl],
    ['version', version],
  ]);
  const hash = createHash('sha256').update(identity).digest('hex');
  return `SPDXRef-Package-${name}-${version}-${hash}`.replaceAll(/[^0-9a-zA-Z.-]/g, '-');
}

function cyclonedx(components: readonly Component[], timestamp: string): object {
  const subjects = components.map(({ purl }) => purl);
  const annotator = { organization: { name: 'red hat' } };
  return {
    bomFormat: 'CycloneDX',
    ...(subjects.length === 0 ? {} : { annotations: [{ subjects, annotator, timestamp, text: BACKEND }] }),
    components: components.map(({ name, purl, version, properties }) => ({
      'bom-ref': purl,
      name,
      purl,
      version,
      properties,
      type: 'library',
    })),
    metadata: { tools: [{ vendor: 'red hat', name: 'hermeto' }] },
    specVersion: '1.6',
    version: 1,
  };
}

/** An object of texts as Python's json.dumps writes it: blanks behind colons and commas, ASCII alone. */
function pythonJson(entries: readonly (readonly [string, string])[]): string {
  const text = (value: string) =>
    JSON.stringify(value).replaceAll(
      /[\u007f-\uffff]/g,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return `{${entries.map(([key, value]) => `${text(key)}: ${text(value)}`).join(', ')}}`;
}

/** By code points, as Python compares. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
