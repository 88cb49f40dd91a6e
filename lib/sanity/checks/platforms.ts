import { formatPlatform, ociArchitecture, parsePlatform } from '#lib/oci';
import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import type { PlatformFacts } from '../facts.ts';
import { lookAtHead } from '../look.ts';

export const platforms: ImageCheck = {
  id: 'platforms',
  severity: 'fail',
  description: 'Every platform is there, and once; there is one, and all are for Linux.',
  looksAt:
    'The index, or the configuration of an image that stands alone, against the platforms that are asked for.',
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
      ...there
        .filter((platform, index) => there.indexOf(platform) !== index)
        .map((platform) => `${platform} is there twice`),
    ];
  },
};

/** e_machine of the ELF header (System V ABI, "Machine"), by OCI's name of the architecture. */
const machines: Readonly<Record<number, string>> = {
  62: 'amd64',
  183: 'arm64',
  21: 'ppc64le',
  22: 's390x',
  243: 'riscv64',
};

/** Programs that are in an image, to look at what they are built for; in order of preference. */
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
    'The image is of the architecture that the index claims: by its configuration and by its programs.',
  looksAt:
    'The `architecture` of the configuration, and the ELF header of the first of `/usr/lib/systemd/systemd`, `/usr/bin/bash`, `/usr/bin/busybox` and `/usr/bin/bootc` that is one; links are followed.',
  why: 'A build that ran on the wrong machine gives an image that installs and cannot start its first program.',
  mend: 'Build each platform on, or emulated for, its own architecture (`buildah build --platform`), and the same in the index.',
  platform: (facts) => {
    const claimed = facts.platform.split('/')[1] ?? '';
    const built = programArchitecture(facts);
    if (built === undefined)
      return [`no program to look at: none of ${programs.join(', ')} is an ELF program`];
    return [
      ...(ociArchitecture(facts.configArchitecture) === claimed
        ? []
        : [`the configuration says ${facts.configArchitecture}`]),
      ...(built.architecture === claimed ? [] : [`${built.path} is built for ${built.architecture}`]),
    ];
  },
};

function programArchitecture({ rootfs }: PlatformFacts): { path: string; architecture: string } | undefined {
  for (const path of programs) {
    const seen = lookAtHead(rootfs, path);
    if (seen.kind === 'absent') continue;
    const content = Buffer.from(seen.bytes);
    if (content.length < 20 || content.toString('latin1', 0, 4) !== '\x7fELF') continue;
    const machine = content[5] === 2 ? content.readUInt16BE(18) : content.readUInt16LE(18);
    return { path, architecture: machines[machine] ?? `machine ${machine}` };
  }
  return undefined;
}
