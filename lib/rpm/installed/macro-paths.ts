import type { ImageTree } from './image-files.ts';

const CONFIG = 'usr/lib/rpm';
const VENDOR = `${CONFIG}/redhat`;

/**
 * The macro files of an image in the order in which rpm reads them as root (setDefaults in lib/rpmrc.cc and macros::init in
 * rpmio/macro.cc of rpm 6.0, as Fedora builds it).
 */
export function macroPaths(tree: ImageTree): readonly string[] {
  return [
    `${CONFIG}/macros`,
    ...matching(tree, `${CONFIG}/macros.d`, /^macros\./),
    ...matching(tree, `${CONFIG}/fileattrs`, /^[^.].*\.attr$/),
    `${VENDOR}/macros`,
    ...matching(tree, 'etc/rpm', /^macros\./),
    'etc/rpm/macros',
    tree.resolve('root/.config/rpm') === undefined ? 'root/.rpmmacros' : 'root/.config/rpm/macros',
  ].filter((path) => isFile(tree, path));
}

/** Macro files of single targets and of other vendors. rpm reads some of them; which ones is not known here. */
export function otherMacroPaths(tree: ImageTree): readonly string[] {
  const below = (directory: string) => tree.list(directory).map((name) => `${directory}/${name}/macros`);
  return [...below(`${CONFIG}/platform`), ...below(CONFIG), ...below('etc/rpm')].filter(
    (path) => path !== `${VENDOR}/macros` && isFile(tree, path),
  );
}

/** The files of a directory that match; what package managers leave beside a file is passed over. */
function matching(tree: ImageTree, directory: string, pattern: RegExp): readonly string[] {
  return tree
    .list(directory)
    .filter(
      (name) => pattern.test(name) && /[A-Za-z0-9]$/.test(name) && !/\.rpm(?:new|save|orig)$/.test(name),
    )
    .map((name) => `${directory}/${name}`);
}

function isFile(tree: ImageTree, path: string): boolean {
  const real = tree.resolve(path);
  return real !== undefined && tree.get(real)?.type !== 'directory';
}
