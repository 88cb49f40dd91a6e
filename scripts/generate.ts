// Writes bundles/rendered and the README of each task from the definitions; --check says what is stale instead.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderCatalog } from '#lib/catalog';
import { pipelines, stepImage, tasks } from '../bundles/catalog.ts';

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const files = renderCatalog({ tasks, pipelines, stepImage });
const generated = listFiles('bundles/rendered');
const stale = [
  ...[...files].filter(([path, text]) => read(path) !== text).map(([path]) => path),
  ...generated.filter((path) => !files.has(path)),
];

if (isCheck) {
  for (const path of stale) console.error(`stale: ${path}`);
  if (stale.length > 0) console.error('hint: run `make generate` and commit what it changes');
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) write(path, files.get(path));
}
console.log(`${files.size} files generated, ${stale.length} ${isCheck ? 'stale' : 'written'}`);

function listFiles(directory: string): string[] {
  const path = join(root, directory);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

function read(path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
}

function write(path: string, text: string | undefined): void {
  if (text === undefined) {
    rmSync(join(root, path));
    return;
  }
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
