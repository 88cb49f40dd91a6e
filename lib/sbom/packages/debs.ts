import type { Rootfs, Tree } from '#lib/rootfs';
import type { Package } from '../spdx.ts';
import type { Distribution } from './distribution.ts';
import { purlOf } from './purl.ts';
import { readText, unreadable } from './read-text.ts';

const DPKG = 'var/lib/dpkg';
const STATUS = `${DPKG}/status`;

/** The states in which all files of a package are there (dpkg(1), "Package states"). */
const PRESENT = / (?:installed|unpacked|half-configured|triggers-awaited|triggers-pending)$/;

/**
 * The files that list packages: dpkg's own list; the changes to it that a killed dpkg leaves behind
 * (lib/dpkg/dbmodify.c, cleanupdates); and the files of distroless images, which have no more of dpkg than these.
 */
export function statusFiles(tree: Pick<Tree, 'list'>): readonly string[] {
  const below = (directory: string, pattern: RegExp) =>
    tree
      .list(`${DPKG}/${directory}`)
      .filter((name) => pattern.test(name))
      .map((name) => `${DPKG}/${directory}/${name}`);
  return [STATUS, ...below('updates', /^\d+$/), ...below('status.d', /(?<!\.md5sums)$/)];
}

/** Paragraphs of dpkg's status files (deb822); a later one of the same package counts. */
export function debsOf(rootfs: Rootfs, distribution: Distribution): Package[] {
  const packages = new Map<string, readonly Package[]>();
  for (const path of statusFiles(rootfs)) {
    for (const paragraph of readText(rootfs, path)?.split(/\n(?:[ \t]*\n)+/) ?? []) {
      if (paragraph.trim() === '') continue;
      const field = (wanted: string) =>
        new RegExp(`^${wanted}:[ \\t]*(.*?)[ \\t]*$`, 'mi').exec(paragraph)?.[1];
      const required = (wanted: string) => {
        const value = field(wanted);
        if (!value) throw unreadable(path, `a package of it has no ${wanted}`);
        return value;
      };
      const name = required('Package');
      const status = path.startsWith(`${DPKG}/status.d/`) ? field('Status') : required('Status');
      const isPresent = status === undefined || PRESENT.test(status);
      // Only a package that is present must have all fields: dpkg leaves out what it does not know of others.
      const found = isPresent ? [packageOf(name, required, distribution)] : [];
      packages.set(`${name} ${field('Architecture')}`, found);
    }
  }
  return [...packages.values()].flat();
}

function packageOf(name: string, required: (field: string) => string, { id, distro }: Distribution): Package {
  const version = required('Version');
  const arch = required('Architecture');
  return { name, version, purl: purlOf('deb', id, { name, version }, { arch, distro }) };
}
