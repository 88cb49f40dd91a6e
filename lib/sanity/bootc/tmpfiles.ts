import { posix } from 'node:path';
import type { ImageRootfs, PlatformFacts } from '../facts.ts';
import { CouldNotLookError, linesOf, look, namesIn, utf8Of } from '../look.ts';
import { extensionOf } from './rust.ts';
import { tmpfilesPath } from './tmpfiles-path.ts';

/**
 * What is in /var without an entry in tmpfiles.d: check_var_tmpfiles (crates/lib/src/lints.rs) with
 * find_missing_tmpfiles_current_root, read_tmpfiles and convert_path_to_tmpfiles_d_recurse
 * (crates/tmpfiles/src/lib.rs). An entry of any type counts, for its path alone, and not for the way to it.
 */
export function varTmpfiles({ rootfs }: PlatformFacts): string[] {
  const known = new Set([...entriesIn(rootfs, 'usr/lib/tmpfiles.d'), ...entriesIn(rootfs, 'etc/tmpfiles.d')]);
  const root = rootfs.resolve('var');
  if (root === undefined) return [];
  return [...rootfs.below(root)]
    .filter((path) => !known.has(path))
    .map((path) => {
      const type = rootfs.get(path)?.type;
      return type === 'directory' || type === 'symlink'
        ? `/${path} has no entry in tmpfiles.d`
        : `/${path} has no entry in tmpfiles.d, and is neither a directory nor a link`;
    });
}

/** read_tmpfiles_from_dir: all files of the directory, one that another masks included. */
function* entriesIn(rootfs: ImageRootfs, directory: string): Generator<string> {
  // Most entries lie in few directories.
  const parents = new Map<string, string | undefined>();
  const resolve = (parent: string) => {
    if (!parents.has(parent)) parents.set(parent, rootfs.resolve(parent));
    return parents.get(parent);
  };
  for (const name of namesIn(rootfs, directory).filter((file) => extensionOf(file) === 'conf')) {
    const path = `${directory}/${name}`;
    for (const line of linesOf(contentOf(rootfs, path))) {
      if (line === '' || line.startsWith('#')) continue;
      const place = placeOf(resolve, tmpfilesPath(Buffer.from(line).toString('latin1'), path));
      if (place !== undefined) yield place;
    }
  }
}

function contentOf(rootfs: ImageRootfs, path: string): string {
  // tmpfiles.d(5): a link to /dev/null masks the file of that name; images have no devices.
  const entry = rootfs.get(path);
  if (entry?.type === 'symlink' && entry.link === '/dev/null') return '';
  const seen = look(rootfs, path);
  if (seen.kind === 'absent') throw new CouldNotLookError(`/${path}: the link leads nowhere`);
  return utf8Of(seen.bytes, path);
}

/**
 * PathResolver::resolve_parent_identity (crates/tmpfiles/src/path_resolution.rs): links are followed on the way to the
 * entry, and never at its end; below a directory that is not there nothing can be.
 */
function placeOf(resolve: (parent: string) => string | undefined, latin1: string): string | undefined {
  const path = withoutEnd(Buffer.from(latin1, 'latin1').toString('utf8').replace(/^\/+/, ''));
  const leaf = posix.basename(path);
  if (leaf === '' || leaf === '..') return undefined;
  const parent = posix.dirname(path) === '.' ? '' : resolve(posix.dirname(path));
  if (parent === undefined) return undefined;
  return parent === '' ? leaf : `${parent}/${leaf}`;
}

/** Without slashes, and dots that stand for the directory itself, at the end (`Path::components`). */
function withoutEnd(path: string): string {
  let end = path.length;
  while (end > 0 && (path[end - 1] === '/' || path.endsWith('/.', end))) end -= 1;
  return path.slice(0, end);
}
