import { expect, test } from 'vitest';
import { digestOf, parseReference } from '#lib/oci';
import { sbomOfBuiltImage, sbomOfBuiltIndex, sbomOfBundle, sbomOfIndex } from './index.ts';

const digest = digestOf(Buffer.from('subject'));
const subject = { reference: parseReference('quay.io/org/catalog/task-a'), digest, version: '0.1.0' };
const options = { created: new Date(0), tool: 'bootc-catalog' };
const stepImage = `quay.io/org/catalog/steps:0.1.0@${digestOf(Buffer.from('image'))}`;

test('the SBOM of a bundle names the bundle, its object, and the images of its steps by digest', () => {
  const document = sbomOfBundle(subject, { kind: 'Task', name: 'a' }, [stepImage], options) as Spdx;

  expect(document.spdxVersion).toBe('SPDX-2.3');
  const names = new Map(document.packages.map((one) => [one.SPDXID, one.name]));
  const relations = document.relationships.map(
    ({ spdxElementId, relationshipType, relatedSpdxElement }) =>
      `${names.get(spdxElementId) ?? spdxElementId} ${relationshipType} ${names.get(relatedSpdxElement)}`,
  );
  expect(relations).toEqual([
    'SPDXRef-DOCUMENT DESCRIBES quay.io/org/catalog/task-a',
    'quay.io/org/catalog/task-a CONTAINS task/a',
    'quay.io/org/catalog/task-a DEPENDS_ON quay.io/org/catalog/steps',
  ]);
  const purls = document.packages.flatMap(({ externalRefs }) =>
    externalRefs.map((ref) => ref.referenceLocator),
  );
  expect(purls[0]).toBe(
    `pkg:oci/task-a@${encodeURIComponent(digest)}?repository_url=quay.io%2Forg%2Fcatalog%2Ftask-a&tag=0.1.0`,
  );
});

test('the SBOM of an index points at its images', () => {
  const images = [
    { digest: digestOf(Buffer.from('s390x')), platform: { os: 'linux', architecture: 's390x' } },
  ];

  const document = sbomOfIndex(subject, images, options) as Spdx;

  expect(document.relationships.map(({ relationshipType }) => relationshipType)).toEqual([
    'DESCRIBES',
    'VARIANT_OF',
  ]);
});

// The names of mobster's own example, tests/data/index_manifest_sbom.spdx.json.
test('the SBOM of an index that a build has pushed has the names that mobster gives', () => {
  const hex = {
    index: '4b4976d86eefeedab6884c9d2923206c6c3c2e2471206f97fd9d7aaaecbc04ac',
    amd64: 'e692418e4cbaf90ca69d05a66403747baa33ee08806650b51fab815ad7fc331f',
  };
  const reference = parseReference('registry.redhat.io/ubi10-beta/ubi:latest');

  const document = sbomOfBuiltIndex(
    reference,
    `sha256:${hex.index}`,
    [{ digest: `sha256:${hex.amd64}`, architecture: 'amd64' }],
    options,
  ) as Spdx;

  const amd64 = 'SPDXRef-image-ubi-323feb7ba28bd24088171bf0e9add6da99ce3b516b1b5d273b3775fd696c0206';
  expect(document).toMatchObject({
    name: `registry.redhat.io/ubi10-beta/ubi@sha256:${hex.index}`,
    packages: [
      { SPDXID: 'SPDXRef-image-index', name: 'ubi', versionInfo: 'latest' },
      { SPDXID: amd64, name: 'ubi_amd64', versionInfo: 'latest' },
    ],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES' },
      { spdxElementId: amd64, relationshipType: 'VARIANT_OF', relatedSpdxElement: 'SPDXRef-image-index' },
    ],
  });
});

test('the SBOM of an image that a build has pushed tells its base from what has helped to build it', () => {
  const [builder, base] = ['quay.io/a/builder:1', 'quay.io/a/base:2'].map(
    (name) => `${name}@${digestOf(name)}`,
  );
  const built = { packages: [], stages: [builder, undefined, base], additional: [] };

  const document = sbomOfBuiltImage(subject.reference, digest, 's390x', built, options) as Spdx;

  const names = new Map(document.packages.map((one) => [one.SPDXID, one.name]));
  expect(
    document.relationships.map(({ spdxElementId, relationshipType, relatedSpdxElement }) =>
      [names.get(spdxElementId), relationshipType, names.get(relatedSpdxElement)].join(' '),
    ),
  ).toEqual([
    ' DESCRIBES task-a_s390x',
    'task-a_s390x DESCENDANT_OF base',
    'builder BUILD_TOOL_OF task-a_s390x',
  ]);
  expect(document.packages.map(({ annotations = [] }) => annotations.map(({ comment }) => comment))).toEqual([
    [],
    ['{"name":"konflux:container:is_base_image","value":"true"}'],
    ['{"name":"konflux:container:is_builder_image:for_stage","value":"0"}'],
  ]);
});

test('an image without a digest cannot be named in an SBOM', () => {
  const built = { packages: [], stages: ['quay.io/a/base:2'] };

  expect(() => sbomOfBuiltImage(subject.reference, digest, 's390x', built, options)).toThrow(
    'the SBOM cannot name quay.io/a/base:2: it has no digest',
  );
});

test('the same is written the same way, and something else under another namespace', () => {
  const make = (version: string) =>
    sbomOfBundle({ ...subject, version }, { kind: 'Task', name: 'a' }, [], options) as Spdx;

  expect(make('0.1.0')).toEqual(make('0.1.0'));
  expect(make('0.1.0').documentNamespace).not.toBe(make('0.2.0').documentNamespace);
});

interface Spdx {
  readonly spdxVersion: string;
  readonly documentNamespace: string;
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly annotations?: readonly { readonly comment: string }[];
    readonly externalRefs: readonly { readonly referenceLocator: string }[];
  }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: string;
    readonly relatedSpdxElement: string;
  }[];
}
