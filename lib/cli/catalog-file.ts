import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Catalog } from '#lib/catalog';
import { ExpectedError, redact } from '#lib/errors';

/** Where a catalog is published, unless the command line says otherwise. */
export interface Publication {
  /** Registry and what lies in it: `quay.io/bootc-devel`. */
  readonly prefix: string;
  readonly floatingTags: readonly string[];
  /** Platforms that the step image is published for. */
  readonly platforms: readonly string[];
  /** URL of the repository. */
  readonly source: string;
}

export function defaultCatalog(): string {
  return join(import.meta.dirname, '../../bundles/catalog.ts');
}

export async function loadCatalog(path: string): Promise<Catalog & { readonly publication?: Publication }> {
  const module = (await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    throw new ExpectedError(`cannot load the catalog ${path}`, { cause });
  })) as Partial<Catalog> & { readonly publication?: Publication };
  const { tasks, pipelines, stepImage, publication } = module;
  if (!tasks || !pipelines || !stepImage) {
    throw new ExpectedError(`${path} is no catalog`, {
      hint: 'export tasks, pipelines and stepImage from it',
    });
  }
  return { tasks, pipelines, stepImage, ...(publication ? { publication } : {}) };
}

/** Under another name until it is whole. */
export function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
  process.stderr.write(`${redact(path)}\n`);
}
