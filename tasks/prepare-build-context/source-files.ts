import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { quoted } from '#lib/text';
import { InvalidManifestLockError } from './errors.ts';

/** Files of the source, which a stranger wrote: what a path names is a file of the source, with all links followed. */
export interface SourceFiles {
  /** A text; undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Names in a directory, in order. */
  list(path: string): Promise<readonly string[]>;
  /** Where a directory of the source really is. */
  locate(path: string): Promise<string>;
  /** Seconds since 1970 at which a file was last changed. */
  changed(path: string): Promise<number>;
}

/** Bytes; a lock of Fedora CoreOS has some 100 kB. */
const MAX_FILE = 32 * 1024 * 1024;

export async function sourceFiles(source: string): Promise<SourceFiles> {
  const root = await realpath(source);
  const real = async (path: string): Promise<string | undefined> => {
    const found = await realpath(join(root, path)).catch(() => undefined);
    if (found === undefined || found === root || found.startsWith(`${root}${sep}`)) return found;
    throw new InvalidManifestLockError(`cannot read ${quoted(path)}: it leads out of the source`);
  };
  const locate = async (path: string): Promise<string> => {
    const found = await real(path);
    if (found !== undefined && (await stat(found)).isDirectory()) return found;
    throw new InvalidManifestLockError(`the source has no directory ${quoted(path)}`, {
      hint: 'is the path of the input right?',
    });
  };
  return {
    locate,
    list: async (path) => (await readdir(await locate(path))).sort(),
    changed: async (path) => Math.floor((await stat((await real(path)) ?? root)).mtimeMs / 1_000),
    read: async (path) => {
      const found = await real(path);
      if (found === undefined) return undefined;
      const status = await stat(found);
      if (!status.isFile() || status.size > MAX_FILE) {
        const where = relative(root, join(root, path));
        throw new InvalidManifestLockError(
          `cannot read ${quoted(where)}: ${status.isFile() ? `it has more than ${MAX_FILE} bytes` : 'it is no file'}`,
        );
      }
      return readFile(found, 'utf8');
    },
  };
}
