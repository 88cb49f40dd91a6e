import { expect, test } from 'vitest';
import type { Image } from '#lib/oci';
import { indexMembers } from './members.ts';

const OCI = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json';

/** An image of a platform such as linux/arm64/v8, as far as an index looks at it. */
function image(platform: string, mediaType = OCI): Image {
  const [os = '', architecture = '', variant] = platform.split('/');
  const digest = `sha256:${Buffer.from(platform).toString('hex').padEnd(64, '0')}` as const;
  return {
    descriptor: { mediaType, digest, size: 7, annotations: { kept: platform } },
    config: {
      os,
      architecture,
      ...(variant !== undefined && { variant }),
      rootfs: { type: 'layers', diff_ids: [] },
    },
    manifest: { schemaVersion: 2, config: { mediaType: '', digest, size: 0 }, layers: [] },
  };
}

const platformsOf = (platforms: readonly string[], wanted: readonly string[] = []) =>
  indexMembers(
    platforms.map((platform) => image(platform)),
    wanted,
  ).map(({ platform }) => platform);

test('a member is the image as it is described, with its platform', () => {
  const one = image('linux/amd64');

  expect(indexMembers([one], [])).toEqual([
    { ...one.descriptor, platform: { os: 'linux', architecture: 'amd64' } },
  ]);
});

test('members are in the order of their names where nobody wants another', () => {
  expect(platformsOf(['linux/s390x', 'linux/amd64', 'linux/arm64'])).toEqual([
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64' },
    { os: 'linux', architecture: 's390x' },
  ]);
  expect(platformsOf([])).toEqual([]);
});

test('members are in the order in which their platforms are wanted', () => {
  const wanted = ['linux/s390x', 'linux/amd64'];

  expect(platformsOf(['linux/amd64', 'linux/s390x'], wanted)).toEqual([
    { os: 'linux', architecture: 's390x' },
    { os: 'linux', architecture: 'amd64' },
  ]);
});

test('a variant is part of the platform', () => {
  expect(platformsOf(['linux/arm/v6', 'linux/arm/v7'], ['linux/arm/v7', 'linux/arm/v6'])).toEqual([
    { os: 'linux', architecture: 'arm', variant: 'v7' },
    { os: 'linux', architecture: 'arm', variant: 'v6' },
  ]);
});

test.for<[platforms: readonly string[], wanted: readonly string[], message: string]>([
  [['linux/amd64', 'linux/amd64'], [], 'two of the images are for linux/amd64'],
  [['linux/amd64'], ['linux/amd64', 'linux/s390x'], 'fit the platforms: linux/s390x is missing'],
  [['linux/amd64', 'linux/s390x'], ['linux/amd64'], 'fit the platforms: linux/s390x is not wanted'],
  [['linux/amd64'], ['linux/s390x'], 'linux/s390x is missing, linux/amd64 is not wanted'],
  [[], ['linux/s390x'], 'linux/s390x is missing'],
])('%j is no index of %j', ([platforms, wanted, message]) => {
  expect(() => platformsOf(platforms, wanted)).toThrow(
    expect.objectContaining({ name: 'PlatformMismatchError', message: expect.stringContaining(message) }),
  );
});

test('manifests of two formats are refused, and those of one are not', () => {
  const both = [image('linux/amd64', DOCKER), image('linux/s390x')];

  expect(() => indexMembers(both, [])).toThrow(
    expect.objectContaining({
      message: 'the images are of different formats: docker and oci',
      hint: 'build them all with one BUILDAH_FORMAT',
    }),
  );
  expect(indexMembers([image('linux/amd64', DOCKER), image('linux/s390x', DOCKER)], [])).toHaveLength(2);
});

test('what is no manifest is of a format of its own', () => {
  expect(() => indexMembers([image('linux/amd64', 'text/plain'), image('linux/s390x')], [])).toThrow(
    'of different formats: oci and text/plain',
  );
});
