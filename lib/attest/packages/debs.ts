import type { Rootfs, Tree } from '#lib/rootfs';
import type { Package } from '../spdx.ts';
import type { Distribution } from './distribution.ts';
import { purlOf } from './purl.ts';
import { readText, unreadable } from './read-text.ts';

const STATUS = 'var/lib/dpkg/status';
/** A file for each package: distroless images have no more of dpkg than these. */
const STATUS_D = 'var/lib/dpkg/status.d';

/** Its files are there, all of them (dpkg(1), "Package states"). */
const PRESENT = / (?:installed|unpacked|half-configured|triggers-awaited|triggers-pending)$/;

export function statusFiles(tree: Tree): readonly string[] {
  const names = tree.list(STATUS_D).filter((name) => !name.endsWith('.md5sums'));
  return [STATUS, ...names.map((name) => `${STATUS_D}/${name}`)];
}

/** Paragraphs of dpkg's status files (deb822). */
export function debsOf(rootfs: Rootfs, distribution: Distribution): Package[] {
  return statusFiles(rootfs).flatMap((path) => {
    const paragraphs = readText(rootfs, path)?.split(/\n(?:[ \t]*\n)+/) ?? [];
    return paragraphs
      .filter((paragraph) => paragraph.trim() !== '')
      .flatMap((paragraph) => packageOf(paragraph, path, distribution));
  });
}

function packageOf(paragraph: string, path: string, { id, distro }: Distribution): Package[] {
  const field = (wanted: string) => new RegExp(`^${wanted}:[ \\t]*(.*?)[ \\t]*$`, 'mi').exec(paragraph)?.[1];
  const status = field('Status');
  if (status === undefined && path === STATUS) throw unreadable(path, 'a package of it has no Status');
  if (status !== undefined && !PRESENT.test(status)) return [];
  const required = (wanted: string) => {
    const value = field(wanted);
    if (!value) throw unreadable(path, `a package of it has no ${wanted}`);
    return value;
  };
  const [name, version, arch] = ['Package', 'Version', 'Architecture'].map(required) as [
    string,
    string,
    string,
  ];
  return [{ name, version, purl: purlOf('deb', id, { name, version }, { arch, distro }) }];
}
