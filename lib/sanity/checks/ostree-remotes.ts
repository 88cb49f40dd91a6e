import { parseKeyFile } from '../bootc/key-file.ts';
import type { ImageRootfs } from '../facts.ts';
import { look, textOf } from '../look.ts';

/** Where ostree and rpm-ostree look for repositories beside those of dnf (ostree.repo(5), `remotes.d`). */
const directories = ['etc/ostree/remotes.d', 'usr/etc/ostree/remotes.d'] as const;
const addressKeys = ['url', 'contenturl', 'metalink'] as const;

/** A repository that ostree would pull updates from. */
export interface Remote {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** Files that hold remotes; a link that leads nowhere gives ostree nothing either. */
export function remoteFiles(rootfs: Pick<ImageRootfs, 'list' | 'stat'>): string[] {
  return directories.flatMap((directory) =>
    rootfs
      .list(directory)
      .filter((name) => name.endsWith('.conf'))
      .map((name) => `${directory}/${name}`)
      .filter((path) => rootfs.stat(path) !== undefined),
  );
}

/** @throws {CouldNotLookError} for a file that cannot be read, or that ostree refuses */
export function remotesIn(rootfs: ImageRootfs, file: string): Remote[] {
  const seen = look(rootfs, file);
  if (seen.kind === 'absent') return [];
  return [...parseKeyFile(textOf(seen.bytes), file)].map(([name, values]) => ({
    name,
    addresses: addressKeys.flatMap((key) => {
      const value = values.get(key);
      // `mirrorlist=` stands before an address that leads to a list of them.
      return value === undefined ? [] : [value.trim().replace(/^mirrorlist=/, '')];
    }),
  }));
}
