import { expect, test } from 'vitest';
import { type FetchedPackage, purlOf } from './purl.ts';
import { sbomText } from './sbom.ts';

const SHA = `sha256:${'a1'.repeat(32)}`;
const CREATED = new Date('2026-11-26T12:00:00Z');

function fetched(header: object, file: object = {}): FetchedPackage {
  const url = new URL('http://127.0.0.1:18099/b/bash-5.3.0-1.fc43.aarch64.rpm');
  return {
    file: {
      arch: 'aarch64',
      repository: 'fedora',
      name: 'bash.rpm',
      repoid: 'fedora',
      url,
      userinfo: undefined,
      address: url.href,
      size: 1,
      checksum: SHA,
      lock: 'a/rpms.lock.yaml',
      ...file,
    },
    header: {
      name: 'bash',
      epoch: 0,
      version: '5.3.0',
      release: '1.fc43',
      arch: 'aarch64',
      hasEpoch: false,
      isSource: false,
      summary: undefined,
      vendor: undefined,
      modularityLabel: undefined,
      buildTime: 1,
      ...header,
    },
  };
}

// The first two are what hermeto 0.61 wrote; the others follow packageurl-python, which it asks.
test.for<[header: object, file: object, purl: string]>([
  [
    { name: 'NetworkManager', version: '1.54.1', epoch: 1, hasEpoch: true },
    {},
    `pkg:rpm/NetworkManager@1.54.1-1.fc43?arch=aarch64&checksum=${SHA}&epoch=1&repository_id=fedora`,
  ],
  [
    {},
    { repoid: undefined, checksum: undefined },
    'pkg:rpm/bash@5.3.0-1.fc43?arch=aarch64&download_url=http://127.0.0.1:18099/b/bash-5.3.0-1.fc43.aarch64.rpm',
  ],
  [
    { name: 'gcc-c++', version: '15~rc1^1', vendor: 'Fedora Project' },
    {},
    `pkg:rpm/fedora/gcc-c%2B%2B@15~rc1%5E1-1.fc43?arch=aarch64&checksum=${SHA}&repository_id=fedora`,
  ],
  [
    { isSource: true, vendor: 'Red Hat, Inc.' },
    { repoid: 'hermeto-aaaaaa' },
    `pkg:rpm/redhat/bash@5.3.0-1.fc43?arch=src&checksum=${SHA}&download_url=http://127.0.0.1:18099/b/bash-5.3.0-1.fc43.aarch64.rpm`,
  ],
  [
    { vendor: 'Some One & Co', epoch: 0, hasEpoch: true },
    {},
    `pkg:rpm/some_one_%26_co/bash@5.3.0-1.fc43?arch=aarch64&checksum=${SHA}&epoch=0&repository_id=fedora`,
  ],
])('of %j, %j the package URL is %s', ([header, file, purl]) => {
  expect(purlOf(fetched(header, file))).toBe(purl);
});

test('SPDX: each package once, with what hermeto notes of it', () => {
  const one = fetched({ summary: 'Größe "x"', modularityLabel: 'm:1' }, { checksum: undefined });
  const other = { ...one, file: { ...one.file, lock: 'b/rpms.lock.yaml' } };

  const document = JSON.parse(sbomText([other, fetched({ name: 'a' }), one], 'spdx', CREATED));

  expect(document).toMatchObject({
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    creationInfo: { created: '2026-11-26T12:00:00Z' },
  });
  expect(document.packages.map(({ name }: { name: string }) => name)).toEqual(['', 'a', 'bash']);
  expect(
    document.packages[2].annotations.map(({ annotator, comment }: Record<string, string>) => [
      annotator,
      comment,
    ]),
  ).toEqual([
    ['Tool: hermeto:backend', 'hermeto:backend:rpm'],
    ['Tool: hermeto:jsonencoded', '{"name": "hermeto:found_by", "value": "hermeto"}'],
    ['Tool: hermeto:jsonencoded', '{"name": "hermeto:missing_hash:in_file", "value": "a/rpms.lock.yaml"}'],
    ['Tool: hermeto:jsonencoded', '{"name": "hermeto:missing_hash:in_file", "value": "b/rpms.lock.yaml"}'],
    ['Tool: hermeto:jsonencoded', '{"name": "hermeto:rpm_modularity_label", "value": "m:1"}'],
    ['Tool: hermeto:jsonencoded', '{"name": "hermeto:rpm_summary", "value": "Gr\\u00f6\\u00dfe \\"x\\""}'],
  ]);
  const ids = document.packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID);
  expect(ids[2]).toMatch(/^SPDXRef-Package-bash-5\.3\.0-[0-9a-f]{64}$/);
  expect(
    document.relationships.map((one: Record<string, string>) => [
      one.spdxElementId,
      one.relationshipType,
      one.relatedSpdxElement,
    ]),
  ).toEqual([
    ['SPDXRef-DOCUMENT', 'DESCRIBES', ids[0]],
    [ids[0], 'CONTAINS', ids[1]],
    [ids[0], 'CONTAINS', ids[2]],
  ]);
});

test('CycloneDX, where it is asked for', () => {
  const document = JSON.parse(sbomText([fetched({})], 'cyclonedx', CREATED));

  expect(document).toMatchObject({
    bomFormat: 'CycloneDX',
    annotations: [{ text: 'hermeto:backend:rpm', timestamp: '2026-11-26T12:00:00Z' }],
    components: [{ name: 'bash', version: '5.3.0', type: 'library', purl: purlOf(fetched({})) }],
    specVersion: '1.6',
  });
});
