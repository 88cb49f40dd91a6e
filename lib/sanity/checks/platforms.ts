import { formatPlatform, ociArchitecture, parsePlatform } from '#lib/oci';
import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import type { PlatformFacts } from '../facts.ts';

export const platforms: ImageCheck = {
  id: 'platforms',
  severity: 'fail',
  description: 'Every platform is there, and once.',
  image: ({ expected, platforms }) => {
    const there = platforms.map(({ platform }) => platform);
    const wanted = expected.map((platform) => formatPlatform(parsePlatform(platform)));
    return [
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
    const file = rootfs.head(path);
    if (file.kind === 'unreadable') throw new Error(`/${file.path} cannot be read: ${file.why}`);
    if (file.kind === 'absent') continue;
    const content = file.bytes;
    if (content.length < 20 || content.toString('latin1', 0, 4) !== '\x7fELF') continue;
    const machine = content[5] === 2 ? content.readUInt16BE(18) : content.readUInt16LE(18);
    return { path, architecture: machines[machine] ?? `machine ${machine}` };
  }
  return undefined;
}
