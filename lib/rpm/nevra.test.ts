import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatNevra, parseNevra } from './nevra.ts';

test.for([
  ['bash-0:5.3.0-1.fc43.x86_64', 'bash', 0, '5.3.0', '1.fc43', 'x86_64'],
  ['podman-5:5.6.2-1.fc43.s390x', 'podman', 5, '5.6.2', '1.fc43', 's390x'],
  ['bash-5.3.0-1.fc43.x86_64.rpm', 'bash', 0, '5.3.0', '1.fc43', 'x86_64'],
  [
    'Everything/x86_64/os/Packages/g/gcc-c++-15.2.1-3.fc43.x86_64.rpm',
    'gcc-c++',
    0,
    '15.2.1',
    '3.fc43',
    'x86_64',
  ],
  [
    'kernel-core-0:6.17.0~rc1^git2-0.3.fc43.aarch64',
    'kernel-core',
    0,
    '6.17.0~rc1^git2',
    '0.3.fc43',
    'aarch64',
  ],
  ['java-21-openjdk-1:21.0.9.0.10-1.fc43.noarch', 'java-21-openjdk', 1, '21.0.9.0.10', '1.fc43', 'noarch'],
] as const)('reads %s', ([text, name, epoch, version, release, arch]) => {
  expect(parseNevra(text)).toEqual({ name, epoch, version, release, arch });
});

test.for(['', 'bash', 'bash-5.3', 'bash-5.3-1', '-0:1-1.noarch', 'bash-x:5.3-1.noarch', 'a-0:1-1.no:arch'])(
  'refuses %j',
  (text) => {
    expect(() => parseNevra(text)).toThrow('not a package name-[epoch:]version-release.arch');
  },
);

test('what it formats it reads', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9+._]{0,8}$/);
  const version = fc.stringMatching(/^[A-Za-z0-9._+~^]{1,8}$/);
  const nevra = fc.record({
    name: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('-')),
    epoch: fc.nat(),
    version,
    release: version,
    arch: fc.constantFrom('x86_64', 'aarch64', 'ppc64le', 's390x', 'noarch', 'src'),
  });

  fc.assert(
    fc.property(nevra, (one) => {
      expect(parseNevra(formatNevra(one))).toEqual(one);
    }),
  );
});

test('an epoch that is not told is none, and only the end is taken off', () => {
  expect(parseNevra('a/b/c.rpm-1-1.noarch.rpm')).toEqual({
    name: 'c.rpm',
    epoch: 0,
    version: '1',
    release: '1',
    arch: 'noarch',
  });
  expect(() => parseNevra('a\nb-1')).toThrow(
    expect.objectContaining({ name: 'InvalidNevraError', kind: 'invalid' }),
  );
});
