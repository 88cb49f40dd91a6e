import { expect, test } from 'vitest';
import { digestOf, parseReference } from '#lib/oci';
import { sbomOfBundle, sbomOfIndex } from './index.ts';

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
    readonly externalRefs: readonly { readonly referenceLocator: string }[];
  }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: string;
    readonly relatedSpdxElement: string;
  }[];
}
