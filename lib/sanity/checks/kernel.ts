import { initramfsOf, type Kernel, kernelsOf } from '../bootc/kernels.ts';
import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { lookAtHead } from '../look.ts';
import { isEfiProgram } from './built-for.ts';

/** bootc's own lint lets an image without a kernel pass; one that is to be booted needs one. */
export const kernelInitramfs: PlatformCheck = {
  id: 'kernel-initramfs',
  severity: 'fail',
  description: 'There is exactly one kernel, and its initramfs.',
  looksAt:
    '`/boot/EFI/Linux/*.efi`, then `vmlinuz`, `initramfs.img` and `<version>.efi` in `/usr/lib/modules/<version>`. A UKI (`*.efi`) is a kernel with its initramfs; links are followed, and a file of zeros is empty.',
  why: 'bootc installs the one kernel that it finds; without one, or without its initramfs, the machine does not boot, and with several it refuses the image.',
  mend: 'Install one kernel package, remove older ones with `dnf remove`, and make the initramfs while the image is built: `dracut --force /usr/lib/modules/<version>/initramfs.img <version>`. Or put one UKI in `/boot/EFI/Linux`.',
  platform: ({ rootfs }) => {
    const kernels = kernelsOf({ rootfs });
    const inBoot = kernels.filter(({ isInBoot }) => isInBoot);
    const versions = [...new Set(kernels.filter(({ isInBoot }) => !isInBoot).map(({ version }) => version))];
    if (kernels.length === 0) return ['there is no kernel'];
    return [
      ...(inBoot.length > 1 ? [several(inBoot.map(({ path }) => path))] : []),
      ...(versions.length > 1 ? [several(versions)] : []),
      ...kernels.flatMap((kernel) => partsMissing(rootfs, kernel)),
    ];
  },
};

function several(kernels: readonly string[]): string {
  return `there are ${kernels.length} kernels: ${kernels.join(', ')}`;
}

function partsMissing(rootfs: ImageRootfs, { form, path }: Kernel): string[] {
  const initramfs = initramfsOf({ form, path });
  return [
    ...(isFile(rootfs, path) ? [] : [`${path} is no file with content`]),
    ...(form === 'uki' && isFile(rootfs, path) && !isUki(rootfs, path)
      ? [`${path} is no UKI: it does not begin as a program of EFI does`]
      : []),
    ...(initramfs === undefined || isFile(rootfs, initramfs) ? [] : [`${initramfs} is missing, or empty`]),
  ];
}

/** find_kernel of bootc reads the sections of a UKI, and ends with an error where it has none. */
function isUki(rootfs: ImageRootfs, path: string): boolean {
  const seen = lookAtHead(rootfs, path);
  return seen.kind === 'content' && isEfiProgram(Buffer.from(seen.bytes));
}

/** A file of holes alone is what a full disk, or a build that was killed, leaves. */
function isFile(rootfs: ImageRootfs, path: string): boolean {
  const entry = rootfs.stat(path);
  if (entry?.type !== 'file' || entry.size === 0) return false;
  const seen = lookAtHead(rootfs, path);
  return seen.kind === 'content' && seen.bytes.some((byte) => byte !== 0);
}

export const kernelForm: PlatformCheck = {
  id: 'kernel-form',
  severity: 'warn',
  description: 'The kernel is there in one form: vmlinuz with its initramfs, or a UKI.',
  looksAt: 'The same files as kernel-initramfs.',
  why: 'bootc boots a UKI in `/boot/EFI/Linux` and passes over what is in `/usr/lib/modules`, so that one of the two is updated and never used.',
  mend: 'Remove `vmlinuz` and `initramfs.img` where the image is sealed with a UKI, or the UKI where it is not.',
  platform: (facts) => {
    const [first, ...others] = kernelsOf(facts);
    if (first?.form !== 'uki') return [];
    const second = others.find(({ isInBoot }) => !isInBoot);
    return second === undefined ? [] : [`${first.path} and ${second.path} are both there`];
  },
};

export const kernelAgreement: ImageCheck = {
  id: 'kernel-agreement',
  severity: 'warn',
  description: 'All platforms have one version of the kernel.',
  looksAt: 'The names of the kernels that kernel-initramfs finds, without the architecture at their end.',
  why: 'Platforms that were built from different packages behave differently, and their tests say nothing of each other.',
  mend: 'Build all platforms from one compose.',
  image: ({ platforms }) => {
    const versions = platforms.flatMap((facts) =>
      kernelsOf(facts).map(({ version }) => version.replace(/\.[^.]+$/, '')),
    );
    const distinct = [...new Set(versions)].sort();
    return distinct.length <= 1 ? [] : [`the platforms have different kernels: ${distinct.join(', ')}`];
  },
};
