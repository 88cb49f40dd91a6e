import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';

/** Where manifests are read from. */
export interface ManifestFiles {
  /**
   * A file by its path below the directory, with `..` in it as it was written.
   *
   * @returns undefined where there is none
   * @throws {ExpectedError} where the path leads out of the directory
   */
  readonly read: (path: string) => ManifestFile | undefined;
  /** Names of the programs that a directory holds; none where there is no such directory. */
  readonly programs: (path: string) => readonly string[];
}

export interface ManifestFile {
  readonly text: string;
  /** The same for one file, whatever link led to it. */
  readonly identity: string;
}

/** The manifests of a directory of this machine. */
export function manifestDirectory(directory: string): ManifestFiles {
  const root = realpathSync(directory);
  const real = (path: string): string | undefined => {
    if (leaves(path)) throw outside(path);
    let file: string;
    try {
      // The call of the system follows a link to a directory before the `..` behind it; Node would take both away.
      file = realpathSync.native(`${root}/${path}`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
    if (!file.startsWith(`${root}/`)) throw outside(path);
    return file;
  };
  return {
    read: (path) => {
      const file = real(path);
      if (file === undefined || !statSync(file).isFile()) return undefined;
      return { text: readFileSync(file, 'utf8'), identity: file };
    },
    programs: (path) => {
      const file = real(path);
      if (file === undefined || !statSync(file).isDirectory()) return [];
      return readdirSync(file)
        .filter((name) => {
          const status = statSync(join(file, name));
          return status.isFile() && (status.mode & 0o100) !== 0;
        })
        .sort();
    },
  };
}

function leaves(path: string): boolean {
  const normal = posix.normalize(path);
  return posix.isAbsolute(path) || normal === '..' || normal.startsWith('../');
}

function outside(path: string): ExpectedError {
  return new ExpectedError(`${printable(path)} leads out of the directory of the manifests`, {
    kind: 'invalid',
    hint: 'put what is included below it',
  });
}
