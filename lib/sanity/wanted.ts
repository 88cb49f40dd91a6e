import type { Tree, Want } from '#lib/rootfs';
import { likelyRpmFile, wantedRpmFiles } from '#lib/rpm';
import { initramfsOf, kernelsOf } from './bootc/kernels.ts';
import { programs } from './checks/platforms.ts';

const files: ReadonlySet<string> = new Set([
  'usr/lib/os-release',
  'etc/os-release',
  'etc/passwd',
  'etc/group',
  ...['', 'usr/share/doc/bootc/baseimage/base/'].flatMap((root) => [
    `${root}etc/ostree/prepare-root.conf`,
    `${root}usr/lib/ostree/prepare-root.conf`,
  ]),
]);

/** Directories whose files are read, and those below them. */
const directories: readonly string[] = [
  'usr/lib/bootc/kargs.d',
  'usr/lib/bootc/bound-images.d',
  'usr/lib/tmpfiles.d',
  'etc/tmpfiles.d',
  'usr/lib/sysusers.d',
  ...['etc', 'usr/etc'].flatMap((base) => [
    `${base}/yum.repos.d`,
    `${base}/distro.repos.d`,
    `${base}/yum`,
    `${base}/yum.conf`,
    `${base}/dnf`,
    `${base}/ostree/remotes.d`,
  ]),
  'usr/share/dnf5',
];

/** Where bound images lead to. */
const quadlet = /^usr\/share\/containers\/systemd\/[^/]+\.(?:image|container)$/;

const kernel =
  /^(?:usr\/lib\/modules\/[^/]+\/(?:vmlinuz|initramfs\.img|[^/]+\.efi)|boot\/EFI\/Linux\/[^/]+\.efi)$/;

const prefixes = directories.map((directory) => `${directory}/`);

/** What the checks read: a file that is missing here is one that they could not look at, by name. */
export function* wanted(tree: Tree): Generator<readonly [path: string, want: Want]> {
  for (const path of files) yield [path, 'content'];
  for (const directory of directories) {
    yield [directory, 'content'];
    for (const path of tree.below(directory)) yield [path, 'content'];
  }
  // `reposdir` of dnf.conf may name any directory.
  for (const path of tree.paths) if (path.endsWith('.repo')) yield [path, 'content'];
  for (const path of programs) yield [path, 'head'];
  for (const kernel of kernelsOf({ rootfs: tree })) {
    yield [kernel.path, 'head'];
    yield [initramfsOf(kernel) ?? kernel.path, 'head'];
  }
  yield* wantedRpmFiles(tree);
}

/** The same by name alone, for the first time that the layers are read. */
export function likely(path: string): Want | undefined {
  if (files.has(path) || path.endsWith('.repo') || quadlet.test(path)) return 'content';
  if (prefixes.some((prefix) => path.startsWith(prefix))) return 'content';
  if ((programs as readonly string[]).includes(path) || kernel.test(path)) return 'head';
  return likelyRpmFile(path);
}
