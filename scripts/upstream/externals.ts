import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { externalFile, type GeneratedFiles, readUpstream } from '#lib/catalog';
import { writeWhole } from '#lib/process';

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
  const stale = [
    ...[...files].filter(([path, text]) => read(join(root, path)) !== text).map(([path]) => path),
    ...filesIn(root).filter((path) => !files.has(path)),
  ].sort();
  return {
    total: files.size,
    stale,
    write: () => {
      for (const path of stale) write(join(root, path), files.get(path));
    },
  };
}

function filesIn(root: string): readonly string[] {
  const path = join(root, FOLDER);
  return existsSync(path) ? readdirSync(path).map((name) => `${FOLDER}/${name}`) : [];
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function write(path: string, text: string | undefined): void {
  if (text === undefined) rmSync(path);
  else writeWhole(path, text);
}
