import type { ImageRootfs } from '../facts.ts';
import { CouldNotLookError, look, textOf } from '../look.ts';

/** Where dnf4, dnf5 and libdnf (rpm-ostree, PackageKit) look for repositories when nothing tells them otherwise. */
const repositories = [
  'etc/yum.repos.d',
  'etc/yum/repos.d',
  'etc/distro.repos.d',
  'usr/share/dnf5/repos.d',
  // dnf5(8), "Overriding repository configuration": sections that change what other files say.
  'etc/dnf/repos.override.d',
  'usr/share/dnf5/repos.override.d',
] as const;

/** dnf.conf(5) and dnf5.conf(5): main configuration and its drop-ins; a section beside [main] is a repository. */
const configurations = ['etc/dnf/dnf.conf', 'etc/yum.conf'] as const;
const dropIns = ['usr/share/dnf5/libdnf.conf.d', 'etc/dnf/libdnf5.conf.d'] as const;
const variables = ['usr/share/dnf5/vars.d', 'etc/yum/vars', 'etc/dnf/vars'] as const;

type Names = Pick<ImageRootfs, 'list' | 'stat'>;

/** Both names of /etc in an image: what is in /usr/etc is in /etc on the machine. */
function bothEtc(path: string): string[] {
  return path.startsWith('etc/') ? [path, `usr/${path}`] : [path];
}

/** Configuration of dnf, its drop-ins included; a file that is not there is left out. */
export function configurationFiles(rootfs: Names): string[] {
  const main = configurations.flatMap(bothEtc).filter((path) => isThere(rootfs, path));
  return [...main, ...filesIn(rootfs, dropIns.flatMap(bothEtc), '.conf')];
}

/** Files that hold repositories: in the usual directories, and in those that the configuration names. */
export function repositoryFiles(rootfs: Names, named: readonly string[]): string[] {
  const directories = [...repositories.flatMap(bothEtc), ...named];
  return filesIn(rootfs, [...new Set(directories)], '.repo');
}

/** Files that are variables: in the usual directories, and in those that the configuration names. */
export function variableFiles(rootfs: Names, named: readonly string[]): string[] {
  return filesIn(rootfs, [...variables.flatMap(bothEtc), ...named], '');
}

/** Values that stand for `$name` in an address: the first line of each file. */
export function repositoryVariables(
  rootfs: ImageRootfs,
  files: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    files.map((path) => {
      const seen = look(rootfs, path);
      const value = seen.kind === 'absent' ? undefined : textOf(seen.bytes).split('\n')[0]?.trim();
      if (value === undefined) throw new CouldNotLookError(`/${path}: it leads nowhere`);
      return [path.slice(path.lastIndexOf('/') + 1), value] as const;
    }),
  );
}

function filesIn(rootfs: Names, directories: readonly string[], ending: string): string[] {
  return directories.flatMap((directory) =>
    rootfs
      .list(directory)
      .filter((name) => name.endsWith(ending))
      .map((name) => `${directory}/${name}`)
      .filter((path) => isThere(rootfs, path)),
  );
}

/** A link that leads nowhere gives dnf nothing either. */
function isThere(rootfs: Names, path: string): boolean {
  const entry = rootfs.stat(path);
  return entry !== undefined && entry.type !== 'directory';
}
