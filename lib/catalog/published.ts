import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Catalog, CatalogFolders, Published } from './catalog.ts';
import { InvalidCatalogError } from './errors.ts';

type Kind = 'task' | 'pipeline' | 'stepaction';

/** The file in which `publish --record` writes down what the pages refer to; beside what is rendered. */
export function publishedFile({ rendered }: CatalogFolders): string {
  return join(dirname(rendered), 'published.json');
}

/**
 * What was published last; nothing before the first time.
 *
 * @throws {InvalidCatalogError} for a file that says something else
 */
export function readPublished(path: string): Published {
  if (!existsSync(path)) return {};
  const refuse = (why: string) =>
    new InvalidCatalogError(`cannot read ${path}: ${why}`, {
      hint: 'bootc-catalog publish --record writes it; delete it where nothing is published',
    });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (typeof value !== 'object' || value === null) throw refuse('it is no object');
  const entries = Object.entries(value);
  for (const [name, reference] of entries) {
    if (/^\S+:[\w.-]+@sha256:[0-9a-f]{64}$/.test(String(reference))) continue;
    throw refuse(`${name} is no reference with a version and a digest`);
  }
  return Object.fromEntries(entries);
}

/** How others refer to a version: by digest once it is published, by its tag before. */
export interface BundleName {
  readonly reference: string;
  readonly isPublished: boolean;
}

/** The bundle of what is defined; none where the catalog does not say where it is published. */
export function bundleName(
  kind: Kind,
  { name, version }: { readonly name: string; readonly version: string },
  { publication, published = {} }: Pick<Catalog, 'publication' | 'published'>,
): BundleName | undefined {
  if (publication === undefined) return undefined;
  const { prefix, folder = 'tekton-catalog' } = publication;
  const reference = `${prefix}/${folder}/${kind}-${name}:${version}`;
  const known = published[`${kind}-${name}`];
  const isPublished = known?.startsWith(`${reference}@`) === true;
  return { reference: isPublished ? known : reference, isPublished };
}
