import { DATABASE, databaseDirectories } from './find-rpmdb.ts';
import type { ImageTree } from './image-files.ts';
import { macroPaths, otherMacroPaths } from './macro-paths.ts';

type Want = 'content' | 'spool';

/** rpm-ostree's copy of what its base had, beside the database itself. */
const BASE_COPY = 'usr/lib/sysimage/rpm-ostree-base-db';

/** What has to be read of an image so that its packages can be told. */
export function* wantedRpmFiles(tree: ImageTree): Generator<readonly [path: string, want: Want]> {
  for (const path of [...macroPaths(tree), ...otherMacroPaths(tree)]) yield [path, 'content'];
  // %_dbpath may name any directory, and is not known yet.
  const elsewhere = Iterator.from(tree.paths)
    .filter((path) => path.endsWith(`/${DATABASE}`) && !path.startsWith(`${BASE_COPY}/`))
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

/** The same by name alone, for who reads the layers before the names are known. */
export function likelyRpmFile(path: string): Want | undefined {
  if (databases.has(path)) return 'spool';
  return /^(?:usr\/lib|etc)\/rpm\/(?:[^/]+\/)*(?:macros(?:\.[^/]*)?|[^/]+\.attr)$/.test(path)
    ? 'content'
    : undefined;
}
