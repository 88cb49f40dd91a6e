import { expect, test } from 'vitest';
import { fakeCompose } from '#test/fake-compose';
import { isRawhide, releaseKeys, releaseVersion, versionLabel } from './release.ts';

const key = (release: string) => `file:///etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-${release}-$basearch`;

test.for<[version: string, given: string, releasever: string]>([
  ['43', '', '43'],
  ['Rawhide', '', 'rawhide'],
  ['rawhide', '', 'rawhide'],
  ['ELN', '', 'eln'],
  ['Rawhide', '45', '45'],
  ['43', 'Rawhide', 'rawhide'],
  ['43.1', '', '43.1'],
])('a compose of %s, told %j, is %s', ([version, given, releasever]) => {
  expect(releaseVersion(fakeCompose({ version }), given)).toBe(releasever);
});

test.for(['43; rm', '../43', '-1', 'x'.repeat(65), 'a\nb'])('a release of %j is refused', (version) => {
  expect(() => releaseVersion(fakeCompose({ version }), '')).toThrow('has no usable release version: "');
});

test.for<[releasever: string, packages: readonly string[], keys: readonly string[]]>([
  ['43', [], ['43']],
  ['rawhide', [], ['rawhide']],
  ['rawhide', ['fedora-release-0:45-0.3.noarch', 'bash-0:5.3-1.fc45.x86_64'], ['rawhide', '45']],
  ['rawhide', ['fedora-release-common-0:45-0.3.noarch', 'fedora-repos-0:45-0.1.noarch'], ['rawhide', '45']],
  [
    'rawhide',
    ['fedora-release-0:44-1.noarch', 'fedora-repos-0:45-1.noarch', 'fedora-gpg-keys-0:43-1.noarch'],
    ['rawhide', '45'],
  ],
  [
    'rawhide',
    ['fedora-release-0:12345-1.noarch', 'fedora-release-0:x4-1.noarch', 'fedora-release-0:4x-1.noarch'],
    ['rawhide'],
  ],
  ['rawhide', ['my-fedora-release-0:45-0.3.noarch'], ['rawhide']],
  ['rawhide', ['fedora-release-identity-basic-0:45-0.3.noarch'], ['rawhide']],
  // ELN is signed with Rawhide's key: `eln` was a link to it for some releases only.
  ['eln', ['fedora-release-0:45-0.3.eln151.noarch'], ['rawhide', '45']],
])('packages of release %s with %j are signed with the keys %j', ([releasever, packages, keys]) => {
  expect(releaseKeys(fakeCompose({}), releasever, new Set(packages))).toEqual(keys.map(key));
});

test.for([
  ['43.1', 'Fedora'],
  ['rawhide2', 'Fedora'],
  ['10', 'CentOS-Stream'],
  ['rawhide', 'Other'],
] as const)('of release %s of %s no key file is known', ([releasever, short]) => {
  expect(() => releaseKeys(fakeCompose({ short }), releasever, new Set())).toThrow('no key file is known');
});

test('a Rawhide compose is one by its id, too', () => {
  expect(isRawhide(fakeCompose({ id: 'Fedora-Rawhide-20261123.n.0' }), '45')).toBe(true);
  expect(isRawhide(fakeCompose({}), '43')).toBe(false);
  expect(isRawhide(fakeCompose({}), 'rawhide')).toBe(true);
});

test('a hint tells which param is meant', () => {
  expect(() => releaseVersion(fakeCompose({ version: '' }), '')).toThrow(
    expect.objectContaining({ hint: 'give RELEASEVER' }),
  );
  expect(() => releaseKeys(fakeCompose({ short: 'my-Fedora' }), '43', new Set())).toThrow(
    expect.objectContaining({
      hint: 'give GPGKEY, or RELEASEVER with the number of the release of Fedora',
    }),
  );
});

test.for<[releasever: string, packages: readonly string[], label: string]>([
  ['43', ['fedora-release-0:44-1.noarch'], '43'],
  ['rawhide', ['fedora-release-0:45-0.3.noarch'], '45'],
  ['rawhide', [], 'rawhide'],
  ['eln', ['fedora-release-0:45-0.3.eln151.noarch'], 'eln'],
])('an image of release %s with %j has the version %s', ([releasever, packages, label]) => {
  expect(versionLabel(releasever, new Set(packages))).toBe(label);
});
