import { expect, test } from 'vitest';
import { parseNevra } from '#lib/rpm';
import type { RepositoryPackage } from '#lib/rpm-repository';
import type { LockedPackage } from './manifest-locks.ts';
import { resolve } from './resolve.ts';
import { missingError, missingLines } from './tell-missing.ts';

const rpm = (text: string, hex = text): RepositoryPackage => ({
  nevra: parseNevra(text),
  url: `https://h/${text}.rpm`,
  size: 1,
  checksum: { algorithm: 'sha256', hex },
  sourcerpm: '',
});
const repository = (id: string, ...names: string[]) => ({ id, packages: names.map((name) => rpm(name)) });
const locked = (text: string, change: Partial<LockedPackage> = {}): LockedPackage => {
  const { name, arch, ...evr } = parseNevra(text);
  return { name, evr, arch, digest: undefined, isAdded: false, ...change };
};
const open = { arch: undefined };
const found = (...args: Parameters<typeof resolve>) =>
  resolve(...args).found.map(({ repoid, rpm: { url } }) => `${repoid} ${url.slice(10, -4)}`);
const told = (...args: Parameters<typeof resolve>) =>
  missingLines(new Map([[args[2], resolve(...args).missing]]));

test('each is of the first repository that has it, in the order of names', () => {
  const repos = [
    repository('pool', 'b-2-1.noarch', 'c-1-1.s390x'),
    repository('fedora', 'a-1-1.s390x', 'b-2-1.noarch'),
  ];

  expect(
    found(
      ['c-1-1.s390x', 'b-2-1.noarch', 'a-1-1.s390x'].map((one) => locked(one)),
      repos,
      's390x',
    ),
  ).toEqual(['fedora a-1-1.s390x', 'pool b-2-1.noarch', 'pool c-1-1.s390x']);
});

test('an override leaves the architecture open: that of the machine, else noarch', () => {
  const repos = [
    repository('fedora', 'a-1-1.noarch', 'a-1-1.s390x', 'a-1-1.x86_64', 'b-1-1.noarch', 'c-1-1.i686'),
  ];

  expect(found([locked('a-1-1.x', open), locked('b-1-1.x', open)], repos, 's390x')).toEqual([
    'fedora a-1-1.s390x',
    'fedora b-1-1.noarch',
  ]);
  expect(told([locked('c-1-1.x', open)], repos, 'x86_64')).toEqual([
    'c-1-1 is not there; no repository has c (x86_64)',
  ]);
});

test('what an override alone names is wanted where there is any of its name', () => {
  const repos = [repository('fedora', 'a-1-1.s390x')];
  const packages = [
    locked('a-2-1.x', { ...open, isAdded: true }),
    locked('b-1-1.x', { ...open, isAdded: true }),
  ];

  expect(told(packages, repos, 's390x')).toEqual(['a-2-1 is not there; fedora has 1-1 (s390x)']);
});

test('a repository without a package gets one that it has as well, unless the other would have none', () => {
  const repos = [
    repository('pool', 'a-1-1.s390x', 'b-1-1.s390x'),
    repository('fedora', 'b-1-1.s390x', 'x-1-1.s390x'),
    repository('updates', 'a-1-1.s390x'),
    { id: 'other', packages: [rpm('a-1-1.s390x', 'other bytes')] },
  ];
  const packages = [locked('a-1-1.s390x'), locked('b-1-1.s390x')];

  expect(found(packages, repos, 's390x')).toEqual(['pool a-1-1.s390x', 'fedora b-1-1.s390x']);
  expect(resolve(packages, repos, 's390x').unused).toEqual(['updates', 'other']);
});

test.for<[what: string, wanted: LockedPackage, line: string]>([
  ['the newest of those older', locked('a-44-2.noarch'), 'a-44-2 is not there; updates has 44-1 (s390x)'],
  ['the oldest of those newer', locked('a-1-1.noarch'), 'a-1-1 is not there; fedora has 43-1 (s390x)'],
  ['another epoch', locked('a-1:44-1.noarch'), 'a-1:44-1 is not there; fedora has 45-1 (s390x)'],
  ['what is equal to rpm', locked('a-44.0-01.noarch'), 'a-44.0-01 is not there; updates has 44-1 (s390x)'],
  ['none', locked('b-1-1.noarch'), 'b-1-1 is not there; no repository has b (s390x)'],
  [
    'another digest',
    locked('a-44-1.noarch', { digest: 'sha256:00' }),
    'a-44-1 is not there with the digest of the lock; updates has sha256:a-44-1.noarch (s390x)',
  ],
])('the nearest is %s', ([, wanted, line]) => {
  const repos = [
    repository('fedora', 'a-43-1.noarch', 'a-45-1.noarch'),
    repository('updates', 'a-44-1.noarch'),
  ];

  expect(told([wanted], repos, 's390x')).toEqual([line]);
});

test('one line for a package, whatever the number of architectures; a message has no more than can be read', () => {
  const repos = [repository('fedora', 'fedora-repos-44-1.noarch')];
  const missing = (arch: string) => resolve([locked('fedora-repos-44-2.noarch')], repos, arch).missing;
  const many = Array.from({ length: 32 }, (_, index) => `p${index}-1-1 is not there`);

  expect(missingLines(new Map(['aarch64', 's390x'].map((arch) => [arch, missing(arch)])))).toEqual([
    'fedora-repos-44-2 is not there; fedora has 44-1 (aarch64, s390x)',
  ]);
  expect(missingError(many).message.split('\n').slice(30)).toEqual([`${many[29]}`, 'and 2 more, above']);
});
