import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** What is mutated together, and the tests that are to notice. */
export interface Folder {
  readonly name: string;
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** Folders with the tests beside their own that hold their rules; all paths are below the project's root. */
const testsOf: Readonly<Record<string, readonly string[]>> = {
  'lib/step': ['lib/step'],
  'lib/konflux': ['lib/konflux'],
  'lib/errors': ['lib/errors'],
  'lib/tekton/language': ['lib/tekton/language', 'lib/tekton/rules'],
  'lib/rpm': ['lib/rpm'],
  tasks: ['tasks'],
};

export function mutatedFolders(): readonly Folder[] {
  return Object.entries(testsOf).map(([name, folders]) => ({
    name,
    sources: name === 'tasks' ? decidingFiles() : sourcesIn(name).filter(isTestedWithoutProgram),
    tests: folders.flatMap(testsIn),
  }));
}

function sourcesIn(folder: string): readonly string[] {
  return globSync(`${folder}/**/*.ts`, { cwd: root })
    .filter((path) => !/\.(?:test|gen)\.ts$|\/index\.ts$/.test(path))
    .sort();
}

/** The tests of a folder without generated ones, which have seeds and sizes of their own. */
function testsIn(folder: string): readonly string[] {
  return globSync(`${folder}/**/*.test.ts`, { cwd: root })
    .filter((path) => !path.endsWith('.generated.test.ts'))
    .sort();
}

/** Whether its tests need no program. Reading a database starts a process, which runs as the text of its source. */
function isTestedWithoutProgram(path: string): boolean {
  return !path.startsWith('lib/rpm/') || (startsNothing(path) && !isProgramText(path));
}

/**
 * The files of tasks that start no program, and whose tests need none: neither such a file nor one of its folder that it
 * imports runs a program, or opens a registry, which is a program where it is tested. Definitions (task.ts) decide
 * nothing, and `generate --check` compares all that they say.
 */
export function decidingFiles(): readonly string[] {
  return sourcesIn('tasks').filter(
    (path) => !path.endsWith('/task.ts') && !path.includes('/fixture/') && startsNothing(path),
  );
}

function isProgramText(path: string): boolean {
  return readFileSync(join(root, path), 'utf8').includes('process.getBuiltinModule');
}

const starts =
  /from '(?:#lib\/process|node:child_process|execa)'|\bregistryClientFor\b|\bcreateRegistryClient\b|[{,]\s*tool\b/;

function startsNothing(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return true;
  seen.add(path);
  const source = readFileSync(join(root, path), 'utf8');
  if (starts.test(source)) return false;
  const own = Array.from(
    source.matchAll(/^(?:import|\}) (?!type).*from '(?<file>\.\.?\/[^']+)'/gm),
    ({ groups }) => join(dirname(path), groups?.file ?? ''),
  );
  return own.every((file) => startsNothing(file, seen));
}
