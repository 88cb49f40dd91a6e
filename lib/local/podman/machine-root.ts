import { lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A root for a container that runs nothing but a program of this machine: no image is needed, and no overlay. */
export interface MachineRoot {
  readonly path: string;
  /** Directories of this machine that must be mounted in it, read-only. */
  readonly mounts: readonly string[];
}

/** Makes it in a directory, which is not there yet. */
export async function makeMachineRoot(path: string): Promise<MachineRoot> {
  await mkdir(path);
  const mounts = ['/usr'];
  for (const name of await readdir('/')) {
    if (!/^(?:bin|sbin|lib.*)$/.test(name)) continue;
    // Links into /usr on all but the oldest of distributions.
    if ((await lstat(`/${name}`)).isSymbolicLink())
      await symlink(await readlink(`/${name}`), join(path, name));
    else mounts.push(`/${name}`);
  }
  return { path, mounts };
}
