import type { Rootfs } from '#lib/rootfs';
import { readInstalled } from '#lib/rpm';
import { InvalidPackageListError } from '../errors.ts';
import type { Package } from '../spdx.ts';
import type { Distribution } from './distribution.ts';
import { purlOf } from './purl.ts';

/** What `rpm -qa` says. */
export async function rpmsOf(
  rootfs: Rootfs,
  { id, distro }: Distribution,
  signal: AbortSignal | undefined,
): Promise<Package[]> {
  const installed = await readInstalled(rootfs, { signal });
  if (installed.kind === 'absent') return [];
  if (installed.kind === 'unreadable')
    throw new InvalidPackageListError(`cannot tell what is installed: ${installed.why}`);
  return installed.rpms.map((rpm) => {
    const { name, epoch, arch, license } = rpm;
    const version = `${rpm.version}-${rpm.release}`;
    const qualifiers = { arch, distro, ...(epoch > 0 ? { epoch: String(epoch) } : {}) };
    return {
      name,
      version,
      ...(license === undefined ? {} : { license }),
      purl: purlOf('rpm', id, { name, version }, qualifiers),
    };
  });
}
