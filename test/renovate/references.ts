import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A registry and a path, with a tag or a digest or both: what names one image and not the place for one. */
const REFERENCE =
  /[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/[a-z0-9._-]+)+(?:(?::\w[\w.-]*)(?:@sha256:[a-f0-9]{64})?|@sha256:[a-f0-9]{64})/g;

/** Every reference in the files of a checkout, found without Renovate: `path: reference`, sorted, each once. */
export async function referencesOf(checkout: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const file of await readdir(checkout, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    const text = await readFile(path, 'utf8');
    for (const string of file.name.endsWith('.yaml') ? yamlStrings(text) : [text]) {
      for (const [reference] of string.matchAll(REFERENCE)) {
        found.add(`${path.slice(checkout.length + 1)}: ${reference}`);
      }
    }
  }
  return [...found].sort();
}

function yamlStrings(text: string): readonly string[] {
  return parseAllDocuments(text).flatMap((document) => strings(document.toJS()));
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}
