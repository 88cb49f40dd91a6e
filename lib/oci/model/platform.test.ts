import { expect, test } from 'vitest';
import {
  formatPlatform,
  matchesPlatform,
  ociArchitecture,
  parsePlatform,
  rpmArchitecture,
} from './platform.ts';

test.for([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
] as const)('knows %s as %s, and back', ([rpm, oci]) => {
  expect(ociArchitecture(rpm)).toBe(oci);
  expect(rpmArchitecture(oci)).toBe(rpm);
  expect([ociArchitecture(oci), rpmArchitecture(rpm)]).toEqual([oci, rpm]);
});

test.for([
  ['linux/amd64', 'linux/amd64'],
  ['linux/x86_64', 'linux/amd64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/arm/v7', 'linux/arm/v7'],
] as const)('reads %s as %s', ([text, normal]) => {
  expect(formatPlatform(parsePlatform(text))).toBe(normal);
});

test.for(['', 'linux', 'linux/', 'linux/arm/v7/x', 'linux/a md64'])('refuses %j', (text) => {
  expect(() => parsePlatform(text)).toThrow('not a platform');
});

test('arm64 is arm64/v8, but arm/v6 is not arm/v7', () => {
  const matches = (wanted: string, have: string) =>
    matchesPlatform(parsePlatform(wanted), parsePlatform(have));

  expect(matches('linux/arm64', 'linux/arm64/v8')).toBe(true);
  expect(matches('linux/arm', 'linux/arm/v7')).toBe(true);
  expect(matches('linux/arm/v6', 'linux/arm/v7')).toBe(false);
  expect(matches('linux/amd64', 'linux/arm64')).toBe(false);
});
