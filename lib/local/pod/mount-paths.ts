import { basename, dirname, posix, relative } from 'node:path';
import { directoryInside } from '../files/inside.ts';
import { BackendError } from '../model/errors.ts';
import type { Container } from './pod.ts';
import type { Directory } from './volumes.ts';

export interface HostMount {
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/** A container's mounts as directories of this machine; a subPath is made where it is missing. */
export async function hostMounts(
  container: Container,
  directories: ReadonlyMap<string, Directory>,
): Promise<readonly HostMount[]> {
  const mounts: HostMount[] = [];
  for (const { volume, path, subPath, readOnly } of container.mounts) {
    const directory = directories.get(volume);
    if (!directory) throw new BackendError(`there is no volume ${volume} to mount at ${path}`);
    const source = subPath === undefined ? directory.path : await directoryInside(directory.path, subPath);
    mounts.push({ source, path, readOnly: readOnly || directory.readOnly });
  }
  return mounts;
}

/** Makes a directory that a container names, where it lies in a volume; undefined where it does not. */
export async function makeDirectory(path: string, mounts: readonly HostMount[]): Promise<string | undefined> {
  const clean = posix.normalize(path);
  const mount = mounts
    .filter(({ path: at }) => clean === at || clean.startsWith(`${at}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (!mount || mount.readOnly) return undefined;
  return directoryInside(mount.source, relative(mount.path, clean));
}

/** The file of this machine that a path in a container means, its directory made. */
export async function hostFile(path: string, mounts: readonly HostMount[]): Promise<string | undefined> {
  const directory = await makeDirectory(dirname(path), mounts);
  return directory === undefined ? undefined : `${directory}/${basename(path)}`;
}
