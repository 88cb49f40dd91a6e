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

interface Machine {
  readonly architecture: string;
  /** EI_DATA: 1 for little-endian, 2 for big-endian. */
  readonly data: 1 | 2;
}

/**
 * What OCI calls the machines of 64 bits, by e_machine of the ELF header (System V ABI, "Machine"). ppc64 and ppc64le,
 * s390 and s390x, amd64 and x32 have the same number.
 */
const machines: Readonly<Record<number, readonly Machine[]>> = {
  62: [{ architecture: 'amd64', data: 1 }],
  183: [{ architecture: 'arm64', data: 1 }],
  21: [
    { architecture: 'ppc64le', data: 1 },
    { architecture: 'ppc64', data: 2 },
  ],
  22: [{ architecture: 's390x', data: 2 }],
  243: [{ architecture: 'riscv64', data: 1 }],
};

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
    'The image is of the architecture that the index claims: by its configuration and by its programs.',
  looksAt:
    'The `architecture` of the configuration, and the ELF headers (machine, 64 bits, order of bytes) of `/usr/lib/systemd/systemd`, `/usr/bin/bash`, `/usr/bin/busybox` and `/usr/bin/bootc`, of which one at least must be there; links are followed.',
  why: 'A build that ran on the wrong machine gives an image that installs and cannot start its first program.',
  mend: 'Build each platform on, or emulated for, its own architecture (`buildah build --platform`), and the same in the index.',
  platform: (facts) => {
    const claimed = facts.platform.split('/')[1] ?? '';
    const built = programs.map((path) => ({ path, architecture: builtFor(facts, path) }));
    const found = built.filter(({ architecture }) => architecture !== undefined);
    return [
      ...(found.length > 0
        ? []
        : [`no program to look at: none of ${programs.join(', ')} is an ELF program`]),
      ...(ociArchitecture(facts.configArchitecture) === claimed
        ? []
        : [`the configuration says ${facts.configArchitecture}`]),
      ...found
        .filter(({ architecture }) => architecture !== claimed)
        .map(({ path, architecture }) => `${path} is built for ${architecture}`),
    ];
  },
};

/** OCI's name of the architecture that an ELF program is for; undefined where there is none. */
function builtFor({ rootfs }: PlatformFacts, path: string): string | undefined {
  const seen = lookAtHead(rootfs, path);
  if (seen.kind === 'absent') return undefined;
  const header = Buffer.from(seen.bytes);
  if (header.length < 20 || header.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const [bits, data] = [header[4] === 2 ? 64 : 32, header[5] === 2 ? 2 : 1];
  const number = data === 2 ? header.readUInt16BE(18) : header.readUInt16LE(18);
  const machine = bits === 64 ? machines[number]?.find((one) => one.data === data) : undefined;
  const order = data === 2 ? 'big' : 'little';
  return machine?.architecture ?? `machine ${number} of ${bits} bits, ${order}-endian`;
}
