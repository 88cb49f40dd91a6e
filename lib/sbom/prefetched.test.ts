import { expect, test } from 'vitest';
import { mergePrefetched, type Package, packagesFor, readPrefetched, repositoriesOf } from './index.ts';

const note = { annotator: 'Tool: hermeto:jsonencoded', comment: '{"name": "a", "value": "b"}' };
const bash =
  'pkg:rpm/fedora/bash@5.3-1.fc43?arch=x86_64&checksum=sha256:aa&epoch=0&repository_id=fedora-x86_64';

const spdx = (...purls: readonly string[]) => ({
  spdxVersion: 'SPDX-2.3',
  packages: [
    { SPDXID: 'SPDXRef-DocumentRoot-File-', name: '', versionInfo: '', externalRefs: [], annotations: [] },
    ...purls.map((referenceLocator, index) => ({
      SPDXID: `SPDXRef-Package-${index}`,
      name: 'a',
      versionInfo: '1',
      externalRefs: [{ referenceLocator, referenceType: 'purl', referenceCategory: 'PACKAGE-MANAGER' }],
      annotations: [note],
    })),
  ],
});

const named = (...purls: readonly string[]): readonly Package[] =>
  purls.map((purl) => ({ name: 'a', version: '1', purl }));

test('reads what hermeto writes, in SPDX and in CycloneDX', () => {
  const properties = [{ name: 'a', value: 'b' }];
  const cyclonedx = {
    bomFormat: 'CycloneDX',
    components: [{ name: 'a', version: '1', purl: bash, properties }],
  };

  expect(readPrefetched(JSON.stringify(spdx(bash)))).toEqual([
    { id: 'SPDXRef-Package-0', name: 'a', version: '1', purl: bash, notes: [note] },
  ]);
  expect(readPrefetched(JSON.stringify(cyclonedx))).toEqual([
    { name: 'a', version: '1', purl: bash, notes: [{ ...note, comment: '{"name":"a","value":"b"}' }] },
  ]);
});

test.for([
  '',
  '[]',
  '{}',
  '{"packages":[]}',
  '{"bomFormat":"other"}',
  '{"bomFormat":"CycloneDX","components":3}',
])('%j is no list of packages, and not an empty one', (text) => {
  expect(() => readPrefetched(text)).toThrow('bom.json is no SBOM of hermeto');
});

test.for<[architecture: string, kept: readonly string[]]>([
  ['x86_64', ['x86_64', 'i686', 'noarch']],
  ['aarch64', ['aarch64', 'noarch']],
  ['s390x', ['s390x', 'noarch']],
  ['ppc64le', ['ppc64le', 'noarch']],
])('a build for %s has RPMs of %j', ([architecture, kept]) => {
  const all = ['aarch64', 'ppc64le', 's390x', 'x86_64', 'i686', 'noarch', 'src'];
  const purls = all.map((arch) => `pkg:rpm/fedora/a@1?arch=${arch}`);

  const found = packagesFor(architecture, named(...purls, 'pkg:npm/a@1'));

  expect(found.map(({ purl }) => purl).sort()).toEqual(
    ['pkg:npm/a@1', ...kept.map((arch) => `pkg:rpm/fedora/a@1?arch=${arch}`)].sort(),
  );
});

test('the same noarch package of several repositories is one', () => {
  const purl = (id: string, checksum: string) =>
    `pkg:rpm/a@1?arch=noarch&checksum=sha256:${checksum}&repository_id=${id}`;

  const found = packagesFor('x86_64', named(purl('one', 'aa'), purl('two', 'aa'), purl('two', 'bb')));

  expect(found.map((one) => one.purl)).toEqual([purl('one', 'aa'), purl('two', 'bb')]);
});

test.for<[installed: string, isSame: boolean]>([
  ['pkg:rpm/fedora/bash@5.3-1.fc43?arch=x86_64&distro=fedora-43', true],
  ['pkg:rpm/rhel/bash@5.3-1.fc43?arch=x86_64', true],
  ['pkg:rpm/fedora/bash@5.3-1.fc43?arch=i686', false],
  ['pkg:rpm/fedora/bash@5.3-1.fc43?arch=x86_64&epoch=1', false],
  ['pkg:rpm/fedora/bash@5.3-2.fc43?arch=x86_64', false],
  ['pkg:deb/fedora/bash@5.3-1.fc43?arch=x86_64', false],
])('%s and the prefetched bash are one package: %j', ([purl, isSame]) => {
  const installed = [{ name: 'bash', version: '5.3-1.fc43', purl, license: 'GPL-3.0-or-later' }];
  const [prefetched] = readPrefetched(JSON.stringify(spdx(bash)));

  const merged = mergePrefetched(installed, prefetched === undefined ? [] : [prefetched]);

  expect(merged).toEqual(
    isSame ? [{ ...prefetched, license: 'GPL-3.0-or-later' }] : [...installed, prefetched],
  );
});

test('+ and ^ of a version are the same, whoever encodes them', () => {
  const [installed] = named('pkg:rpm/fedora/gcc-c%2B%2B@15~rc1%5E1-1?arch=x86_64');
  const [prefetched] = named('pkg:rpm/fedora/gcc-c++@15~rc1^1-1?arch=x86_64&repository_id=x');

  expect(mergePrefetched([installed as Package], [prefetched as Package])).toEqual([prefetched]);
});

test('repositories are told once each', () => {
  const ids = ['b', 'a', 'b%20c', 'a'].map((id) => `pkg:rpm/a@1?arch=x86_64&repository_id=${id}`);

  expect(repositoriesOf(named(...ids, 'pkg:npm/x@1'))).toEqual(['a', 'b', 'b c']);
});
