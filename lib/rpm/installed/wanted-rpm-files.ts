import { DATABASE, databaseDirectories } from './find-rpmdb.ts';
import type { ImageTree } from './image-files.ts';
import { macroPaths, otherMacroPaths } from './macro-paths.ts';

type Want = 'content' | 'spool';

/** Databases that are asked for anyway, and rpm-ostree's copy of its base's, which is not the image's own. */
const usual: ReadonlySet<string> = new Set(
  [...databaseDirectories, 'usr/lib/sysimage/rpm-ostree-base-db'].map(
    (directory) => `${directory}/${DATABASE}`,
  ),
);

/** The most databases that are asked for outside the usual places. */
const MOST_ELSEWHERE = 16;

/** The files that must be read of an image to tell its packages. */
export function* wantedRpmFiles(tree: ImageTree): Generator<readonly [path: string, want: Want]> {
  for (const path of [...macroPaths(tree), ...otherMacroPaths(tree)]) yield [path, 'content'];
  // %_dbpath may name any directory, and is not known yet; one that was left out is unreadable then.
  const elsewhere = Iterator.from(tree.paths)
    .filter((path) => path.endsWith(`/${DATABASE}`) && !usual.has(path))
    .take(MOST_ELSEWHERE)
    .toArray();
  for (const path of [...databaseDirectories.map((directory) => `${directory}/${DATABASE}`), ...elsewhere]) {
    const real = tree.resolve(path);
    if (real === undefined) continue;
    for (const suffix of ['', '-wal', '-journal']) yield [`${real}${suffix}`, 'spool'];
  }
}

const databases: ReadonlySet<string> = new Set(
  databaseDirectories.flatMap((directory) =>
    ['', '-wal', '-journal'].map((suffix) => `${directory}/${DATABASE}${suffix}`),
  ),
);

/** Decides the same by name alone, for a caller that reads the layers before it knows the names. */
export function likelyRpmFile(path: string): Want | undefined {
  if (databases.has(path)) return 'spool';
  return /^(?:usr\/lib|etc)\/rpm\/(?:[^/]+\/)*(?:macros(?:\.[^/]*)?|[^/]+\.attr)$/.test(path)
    ? 'content'
    : undefined;
}
