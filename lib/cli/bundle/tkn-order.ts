import { readFile } from 'node:fs/promises';
import type { LoadedObject } from '#lib/local';
import { digestOf } from '#lib/oci';

/** Objects in the order of `tkn bundle push`: files by the digest of their content, and what is in one as it stands there. */
export async function inTknOrder(objects: readonly LoadedObject[]): Promise<readonly LoadedObject[]> {
  const files = new Set(objects.map(fileOf));
  const digests = new Map<string, string>();
  for (const file of files) digests.set(file, digestOf(await readFile(file)));
  const key = (object: LoadedObject) => digests.get(fileOf(object)) ?? '';
  const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
  return [...objects].sort((a, b) => compare(key(a), key(b)));
}

/** The source of an object is `<file>:<line>`. */
function fileOf({ source }: LoadedObject): string {
  return source.slice(0, source.lastIndexOf(':'));
}
