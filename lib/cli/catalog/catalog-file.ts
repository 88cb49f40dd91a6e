import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Catalog, type DefinedCatalog, defaultFolders } from '#lib/catalog';
import { ExpectedError, redact } from '#lib/errors';
import { writeWhole } from '#lib/process';
import { STEP_DIRECTORY } from '#lib/tekton';
import { printable } from '#lib/text';
import { usageError } from '../options/arguments.ts';

/** Where `catalog.ts` may lie in the directory that a command is called in. */
export const catalogFiles = ['catalog.ts', 'bundles/catalog.ts'] as const;

export const catalogOption = [
  '--catalog <module>',
  `module that exports a catalog; by default ${catalogFiles.join(' or ')} of this directory`,
] as const;

/**
 * The catalog of a module, or of the directory that the command is called in; of no other, since what is found is run.
 *
 * @throws {ExpectedError} of kind `usage` where there is none
 */
export async function loadCatalog(path: string | undefined): Promise<DefinedCatalog> {
  const { file, module } = await loadCatalogModule(path);
  const { catalog: defined } = module as { readonly catalog?: Partial<DefinedCatalog> };
  const catalog: Partial<DefinedCatalog> = defined ?? module;
  const { tasks, pipelines, stepImage } = catalog;
  if (!tasks || !pipelines || !stepImage) throw noCatalog(`${printable(path ?? file)} exports no catalog`);
  return { ...defaults(dirname(file)), ...catalog, tasks, pipelines, stepImage };
}

/** All that the module exports, by the same rules. */
export async function loadCatalogModule(
  path: string | undefined,
): Promise<{ readonly file: string; readonly module: object }> {
  const file = resolve(path ?? ownCatalog());
  if (!existsSync(file)) throw noCatalog(`there is no ${printable(path ?? file)}`);
  return { file, module: await importFile(file) };
}

function ownCatalog(): string {
  const found = catalogFiles.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw noCatalog(`${printable(process.cwd())} has no catalog: no ${catalogFiles.join(', no ')}`);
}

function noCatalog(message: string): ExpectedError {
  return usageError(
    message,
    'call this in the directory of a catalog, whose catalog.ts exports `catalog = await defineCatalog({ … })`; bootc-catalog init <directory> writes one',
  );
}

async function importFile(file: string): Promise<object> {
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (cause) {
    if (cause instanceof ExpectedError) throw cause;
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new ExpectedError(`cannot load the catalog ${printable(file)}`, {
      cause,
      kind: 'invalid',
      ...(isMissing && {
        hint: `npm install in ${printable(dirname(file))} brings the packages that it imports`,
      }),
    });
  }
}

/** Makes a catalog of a module that exports the parts of one. */
function defaults(
  root: string,
): Omit<DefinedCatalog, keyof Pick<Catalog, 'tasks' | 'pipelines' | 'stepImage'>> {
  return {
    root,
    stepActions: [],
    stepDirectory: STEP_DIRECTORY,
    folders: defaultFolders,
    stepRunner: 'bootc-catalog/step',
  };
}

/** Says on standard error what has been written. */
export function writeFile(path: string, text: string): void {
  writeWhole(path, text);
  process.stderr.write(`${redact(path)}\n`);
}
