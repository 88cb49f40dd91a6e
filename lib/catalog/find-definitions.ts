import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ExpectedError } from '#lib/errors';
import type { PipelineDefinition, StepActionDefinition, TaskDefinition } from '#lib/tekton';
import { InvalidCatalogError } from './errors.ts';

/** `<folder>/<name>/task.ts` exports `task`. */
export function findTasks(root: string, folder: string): Promise<readonly TaskDefinition[]> {
  const files = namesIn(root, folder, 'directories').map((name) => ({
    name,
    path: `${folder}/${name}/task.ts`,
  }));
  return loadAll<TaskDefinition>(root, files, 'task', ['definition', 'steps']);
}

/** `<folder>/<name>/step-action.ts` exports `stepAction`. */
export function findStepActions(root: string, folder: string): Promise<readonly StepActionDefinition[]> {
  const files = namesIn(root, folder, 'directories').map((name) => ({
    name,
    path: `${folder}/${name}/step-action.ts`,
  }));
  return loadAll<StepActionDefinition>(root, files, 'stepAction', ['spec']);
}

/** `<folder>/<name>.ts` exports `pipeline`; a file with a further dot in its name is something else: a test. */
export function findPipelines(root: string, folder: string): Promise<readonly PipelineDefinition[]> {
  const files = namesIn(root, folder, 'files')
    .filter((file) => /^[^.]+\.ts$/.test(file))
    .map((file) => ({ name: file.replace(/\.ts$/, ''), path: `${folder}/${file}` }));
  return loadAll<PipelineDefinition>(root, files, 'pipeline', ['options', 'tasks']);
}

function namesIn(root: string, folder: string, what: 'directories' | 'files'): readonly string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => (what === 'files' ? entry.isFile() : entry.isDirectory()))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.'))
    .sort();
}

interface DefinitionFile {
  readonly name: string;
  /** Relative to the root. */
  readonly path: string;
}

/** Loads one after the other, so that the first that is wrong is told, whatever would load first. */
async function loadAll<T extends { readonly name: string }>(
  root: string,
  files: readonly DefinitionFile[],
  exported: string,
  has: readonly string[],
): Promise<readonly T[]> {
  const found: T[] = [];
  for (const file of files) found.push(await load<T>(root, file, exported, has));
  return found;
}

async function load<T extends { readonly name: string }>(
  root: string,
  { name, path }: DefinitionFile,
  exported: string,
  has: readonly string[],
): Promise<T> {
  const file = join(root, path);
  if (!existsSync(file)) {
    throw new InvalidCatalogError(`there is no ${path}`, {
      hint: `each folder beside it holds one: write it, or move the folder elsewhere`,
    });
  }
  const module = await importFile(file, path);
  const definition = module[exported];
  if (!isDefinition<T>(definition, has)) {
    throw new InvalidCatalogError(`${path} exports no ${exported}`, {
      hint: `write: export const ${exported} = define${exported[0]?.toUpperCase()}${exported.slice(1)}({ … })`,
    });
  }
  if (definition.name !== name) {
    throw new InvalidCatalogError(`${path} defines ${JSON.stringify(definition.name)}`, {
      hint: `a definition is called as its place is: ${name}`,
    });
  }
  return definition;
}

async function importFile(file: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    // An error of the builders names the definition already; any other is told with its stack.
    if (cause instanceof ExpectedError) throw cause;
    throw new InvalidCatalogError(`cannot load ${path}`, { cause });
  }
}

/** Whether a builder made the value; its types are checked where it is written. */
function isDefinition<T extends { readonly name: string }>(
  value: unknown,
  has: readonly string[],
): value is T {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    has.every((field) => field in value)
  );
}
