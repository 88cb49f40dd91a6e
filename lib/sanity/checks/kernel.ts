import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import type { PlatformFacts } from '../facts.ts';

const MODULES = 'usr/lib/modules';

/** Versions of the kernels in the image. */
export function kernelsOf({ rootfs }: Pick<PlatformFacts, 'rootfs'>): string[] {
  return rootfs
    .list(MODULES)
    .filter((version) => rootfs.get(`${MODULES}/${version}/vmlinuz`)?.type === 'file');
}

/** bootc's own lint lets an image without a kernel pass; one that is to be booted needs one. */
export const kernelInitramfs: PlatformCheck = {
  id: 'kernel-initramfs',
  severity: 'fail',
  description: 'There is exactly one kernel, and its initramfs.',
  platform: (facts) => {
    const kernels = kernelsOf(facts);
    if (kernels.length !== 1)
      return [
        kernels.length === 0
          ? 'there is no kernel'
          : `there are ${kernels.length} kernels: ${kernels.join(', ')}`,
      ];
    const [version = ''] = kernels;
    const initramfs = facts.rootfs.get(`${MODULES}/${version}/initramfs.img`);
    return initramfs?.type === 'file' && initramfs.size > 0
      ? []
      : [`${MODULES}/${version}/initramfs.img is missing`];
  },
};

export const kernelAgreement: ImageCheck = {
  id: 'kernel-agreement',
  severity: 'warn',
  description: 'All platforms have one version of the kernel.',
  image: ({ platforms }) => {
    const versions = platforms.flatMap((facts) =>
      kernelsOf(facts).map((version) => version.replace(/\.[^.]+$/, '')),
    );
    const distinct = [...new Set(versions)].sort();
    return distinct.length <= 1 ? [] : [`the platforms have different kernels: ${distinct.join(', ')}`];
  },
};
