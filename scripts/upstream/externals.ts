import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { externalFile, filesToBe, type GeneratedFiles, readUpstream } from '#lib/catalog';

export const catalogRoot = join(import.meta.dirname, '../..');

/** Where upstream's tasks are listed, and where their typed definitions are written; below the root. */
export const UPSTREAM = 'bundles/upstream.yaml';
const FOLDER = 'externals';

/**
 * The typed definitions of upstream's tasks: stale is what is missing, other than the list says, or of a task that it does
 * not have.
 *
 * @throws {InvalidCatalogError} for a list that is not as it was read
 */
export function externals(root: string): GeneratedFiles {
  const tasks = readUpstream(readFileSync(join(root, UPSTREAM), 'utf8'), UPSTREAM);
  const files = new Map(
    tasks.map((task) => [`${FOLDER}/${task.name}.gen.ts`, externalFile(task, '#lib/tekton')]),
  );
  return filesToBe(root, files, FOLDER);
}
