import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '#lib/process';
import type { DefinedCatalog } from './catalog.ts';
import { renderCatalog } from './render.ts';

export interface GeneratedFiles {
  readonly total: number;
  /** Paths below the root that are missing, other than the definitions say, or generated from none, sorted. */
  readonly stale: readonly string[];
  /** Writes what is stale and removes what no definition gives. */
  readonly write: () => void;
}

/**
 * Compares the generated files of a catalog with its definitions.
 *
 * @throws {InvalidObjectError} for what a cluster would refuse
 */
export function generatedFiles(catalog: DefinedCatalog): GeneratedFiles {
  return filesToBe(catalog.root, renderCatalog(catalog), catalog.folders.rendered);
}

/**
 * Compares files with what they are to be.
 *
 * @param files texts by path below the root
 * @param folder below the root, that holds nothing else
 */
export function filesToBe(root: string, files: ReadonlyMap<string, string>, folder: string): GeneratedFiles {
  const stale = [
    ...[...files].filter(([path, text]) => read(join(root, path)) !== text).map(([path]) => path),
    ...listFiles(root, folder).filter((path) => !files.has(path)),
  ].sort();
  return {
    total: files.size,
    stale,
    write: () => {
      for (const path of stale) write(join(root, path), files.get(path));
    },
  };
}

function listFiles(root: string, directory: string): readonly string[] {
  const path = join(root, directory);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function write(path: string, text: string | undefined): void {
  if (text === undefined) {
    rmSync(path);
    return;
  }
  writeWhole(path, text);
}
