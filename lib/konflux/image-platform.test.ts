import { expect, test } from 'vitest';
import { formatPlatform, ownPlatform } from '#lib/oci';
import { Platform } from '#lib/tekton';
import { imagePlatform } from './image-platform.ts';

// Names that stand in infra-deployments' host-config for the multi-platform controller.
test.for([
  ['linux/x86_64', 'linux/amd64'],
  ['linux/ppc64le', 'linux/ppc64le'],
  ['linux-mlarge/arm64', 'linux/arm64'],
  ['linux-root/amd64', 'linux/amd64'],
  ['linux-d160-m4xlarge/arm64', 'linux/arm64'],
  ['linux-extra-fast/amd64', 'linux/amd64'],
  ['localhost', formatPlatform(ownPlatform())],
  ['local', formatPlatform(ownPlatform())],
] as const)('host %s builds for %s', ([host, platform]) => {
  expect(formatPlatform(imagePlatform(Platform.parse(host)))).toBe(platform);
});

test.for(['', 'linux', 'host', 'localhost/', 'locals', 'Localhost', 'local\n'])('%j is no host', (text) => {
  expect(Platform.safeParse(text).success).toBe(false);
});
