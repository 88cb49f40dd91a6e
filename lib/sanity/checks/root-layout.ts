import { initramfsOf, kernelsOf } from '../bootc/kernels.ts';
import type { PlatformCheck } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { places as osReleases } from './contents.ts';
import { programs } from './platforms.ts';

/** NEWS of systemd 255: it no longer starts where these are directories beside those of /usr. */
const merged = ['bin', 'sbin', 'lib', 'lib64'] as const;

/** What the machine mounts over, or fills at each boot: nothing that an image has there is seen. */
const hidden = /^(?:dev|proc|run|sys|tmp)\//;

export const rootLayout: PlatformCheck = {
  id: 'root-layout',
  severity: 'fail',
  description:
    '/usr and /etc are directories, /bin, /sbin, /lib and /lib64 lead into /usr, and what a machine starts with lies where it can be seen.',
  looksAt:
    '/usr and /etc themselves (of an image with /usr/etc alone, that); where the four links lead that are there; where os-release, the programs that architecture looks at, and each kernel with its initramfs lead.',
  why: 'systemd starts only with a merged /usr, and programs find their loader in /lib64 or /lib; what lies in /run, /tmp, /dev, /proc or /sys is hidden as soon as a machine has started.',
  mend: 'Install the package `filesystem` before all others and let no COPY put a directory over its links: copy to /usr/bin instead of /bin. Make a link lead to a file in /usr.',
  platform: ({ rootfs }) => [
    ...(rootfs.get('usr')?.type === 'directory' ? [] : ['/usr is no directory']),
    ...(isEtc(rootfs) ? [] : ['/etc is no directory']),
    ...merged
      .filter((name) => rootfs.get(name) !== undefined && !rootfs.resolve(name)?.startsWith('usr/'))
      .map((name) => `/${name} does not lead into /usr`),
    ...startedWith(rootfs).flatMap((path) => {
      const real = rootfs.resolve(path) ?? '';
      return hidden.test(real) ? [`/${path} leads to /${real}, which a machine does not see`] : [];
    }),
  ],
};

function isEtc(rootfs: ImageRootfs): boolean {
  const etc = rootfs.get('etc') ?? rootfs.get('usr/etc');
  return etc?.type === 'directory';
}

function startedWith(rootfs: ImageRootfs): string[] {
  const kernels = kernelsOf({ rootfs }).flatMap((kernel) => [
    kernel.path,
    initramfsOf(kernel) ?? kernel.path,
  ]);
  return [...osReleases, ...programs, ...kernels];
}
