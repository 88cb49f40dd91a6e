import { isDeepStrictEqual } from 'node:util';
import { formatPlatform, ociArchitecture, parsePlatform } from '#lib/oci';
import { kernelsOf } from '../bootc/kernels.ts';
import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import type { PlatformFacts } from '../facts.ts';
import { lookAtHead } from '../look.ts';
import { elfArchitecture, kernelArchitecture } from './built-for.ts';

export const platforms: ImageCheck = {
  id: 'platforms',
  severity: 'fail',
  description: 'Every platform is there, and once; there is one, and all are for Linux.',
  looksAt:
    'The index, or the configuration of an image that stands alone, against the platforms that are asked for. An image that is there again with its layers compressed otherwise is the same.',
  why: 'A machine of a platform that is missing cannot be installed or updated; of two images for one platform each client takes another.',
  mend: 'Build the platforms that are missing and make the index anew; without platforms to expect, those that are there are taken.',
  image: ({ expected, platforms }) => {
    const there = platforms.map(({ platform }) => platform);
    const wanted = expected.map((platform) => formatPlatform(parsePlatform(platform)));
    return [
      ...(there.length === 0 ? ['there is no image: nothing can be pulled'] : []),
      ...there
        .filter((platform) => !platform.startsWith('linux/'))
        .map((platform) => `${platform} is not for Linux`),
      ...wanted.filter((platform) => !there.includes(platform)).map((platform) => `${platform} is missing`),
      ...(wanted.length === 0
        ? []
        : there
            .filter((platform) => !wanted.includes(platform))
            .map((platform) => `${platform} is not expected`)),
      ...platforms
        .filter((one, index) => platforms.slice(0, index).some((other) => isAnother(one, other)))
        .map(({ platform }) => `${platform} is there twice`),
    ];
  },
};

/** `podman manifest push --add-compression` adds an image again that differs by how its layers are compressed. */
function isAnother(one: PlatformFacts, other: PlatformFacts): boolean {
  if (one.platform !== other.platform) return false;
  const isSame = isDeepStrictEqual([one.diffIds, one.config], [other.diffIds, other.config]);
  return !isSame || one.diffIds.length === 0;
}

/** Programs that are in an image, to look at what they are built for. */
export const programs = [
  'usr/lib/systemd/systemd',
  'usr/bin/bash',
  'usr/bin/busybox',
  'usr/bin/bootc',
] as const;

export const architecture: PlatformCheck = {
  id: 'architecture',
  severity: 'fail',
  description:
    'The image is of the architecture that the index claims: by its configuration, its programs and its kernel.',
  looksAt:
    'The `architecture` of the configuration, and the ELF headers (machine, 64 bits, order of bytes) of `/usr/lib/systemd/systemd`, `/usr/bin/bash`, `/usr/bin/busybox` and `/usr/bin/bootc`, of which one at least must be there; and the ELF or PE header of each kernel that has one, a UKI among them. Links are followed.',
  why: 'A build that ran on the wrong machine gives an image that installs and cannot start its first program.',
  mend: 'Build each platform on, or emulated for, its own architecture (`buildah build --platform`), and the same in the index.',
  platform: (facts) => {
    const claimed = facts.platform.split('/')[1] ?? '';
    const built = programs.map((path) => ({ path, architecture: programFor(facts, path) }));
    const found = built.filter(({ architecture }) => architecture !== undefined);
    const kernels = kernelsOf(facts).map(({ path }) => ({ path, architecture: kernelFor(facts, path) }));
    return [
      ...(found.length > 0
        ? []
        : [`no program to look at: none of ${programs.join(', ')} is an ELF program`]),
      ...(ociArchitecture(facts.configArchitecture) === claimed
        ? []
        : [`the configuration says ${facts.configArchitecture}`]),
      ...[...found, ...kernels]
        .filter(({ architecture }) => architecture !== undefined && architecture !== claimed)
        .map(({ path, architecture }) => `${path} is built for ${architecture}`),
    ];
  },
};

function programFor({ rootfs }: PlatformFacts, path: string): string | undefined {
  const seen = lookAtHead(rootfs, path);
  return seen.kind === 'absent' ? undefined : elfArchitecture(Buffer.from(seen.bytes));
}

/** What is no file with content is told by kernel-initramfs. */
function kernelFor({ rootfs }: PlatformFacts, path: string): string | undefined {
  if (rootfs.stat(path)?.type !== 'file') return undefined;
  const seen = lookAtHead(rootfs, path);
  return seen.kind === 'absent' ? undefined : kernelArchitecture(Buffer.from(seen.bytes));
}
