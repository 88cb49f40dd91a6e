import type { ImageRootfs } from '../facts.ts';
import { extensionOf } from './rust.ts';

export interface Kernel {
  /** `uki` is a unified kernel image, which has its initramfs in it. */
  readonly form: 'vmlinuz' | 'uki';
  /** Name of the directory below usr/lib/modules, or of the UKI in /boot without its ending. */
  readonly version: string;
  readonly path: string;
  /** Where bootc looks first. */
  readonly isInBoot: boolean;
}

/** What kernels are found by: names alone. */
interface Rooted {
  readonly rootfs: Pick<ImageRootfs, 'get' | 'stat' | 'list'>;
}

const MODULES = 'usr/lib/modules';
const EFI_LINUX = 'boot/EFI/Linux';

/** All kernels of an image, those first that bootc takes first (find_kernel of bootc's crates/lib/src/kernel.rs). */
export function kernelsOf(facts: Rooted): Kernel[] {
  const { rootfs } = facts;
  const modules = moduleDirectories(rootfs).flatMap((version): Kernel[] => {
    const uki = `${MODULES}/${version}/${version}.efi`;
    const vmlinuz = `${MODULES}/${version}/vmlinuz`;
    return [
      // bootc itself does not look there; bcvk does, and image builders keep it there to copy it to /boot.
      ...(exists(rootfs, uki) ? [{ form: 'uki', version, path: uki, isInBoot: false } as const] : []),
      ...(exists(rootfs, vmlinuz)
        ? [{ form: 'vmlinuz', version, path: vmlinuz, isInBoot: false } as const]
        : []),
    ];
  });
  return [...bootUkis(rootfs), ...modules];
}

/** Where the initramfs of a kernel must be; a UKI has it in itself. */
export function initramfsOf({ form, path }: Pick<Kernel, 'form' | 'path'>): string | undefined {
  return form === 'uki' ? undefined : path.replace(/vmlinuz$/, 'initramfs.img');
}

/** find_uki_path (crates/lib/src/kernel.rs): every *.efi of /boot/EFI/Linux, sorted, of whatever type. */
function bootUkis(rootfs: Rooted['rootfs']): Kernel[] {
  return rootfs
    .list(EFI_LINUX)
    .filter((name) => extensionOf(name) === 'efi')
    .map((name) => ({
      form: 'uki',
      version: name.slice(0, -'.efi'.length),
      path: `${EFI_LINUX}/${name}`,
      isInBoot: true,
    }));
}

/** check_kernel (crates/lib/src/lints.rs): find_kernel_dir_fs (crates/ostree-ext/src/bootabletree.rs) refuses several. */
export function severalKernels(facts: Rooted): string[] {
  const { rootfs } = facts;
  const versions = moduleDirectories(rootfs).filter((version) =>
    exists(rootfs, `${MODULES}/${version}/vmlinuz`),
  );
  return versions.length > 1 ? [`there are ${versions.length} kernels: ${versions.join(', ')}`] : [];
}

/** Only real directories count, as in bootc: a link to one is no second kernel. */
function moduleDirectories(rootfs: Rooted['rootfs']): string[] {
  return rootfs.list(MODULES).filter((name) => rootfs.get(`${MODULES}/${name}`)?.type === 'directory');
}

/** `try_exists`: links are followed. */
function exists(rootfs: Rooted['rootfs'], path: string): boolean {
  return rootfs.stat(path) !== undefined;
}
