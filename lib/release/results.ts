import { InvalidReleaseError } from './errors.ts';
import { isMap, type Json, type JsonMap, sameJson } from './merge.ts';

/** What a task has left for the Release to say. */
export interface ResultsFile {
  /** Path of the file, for an error. */
  readonly path: string;
  readonly content: Json;
}

/**
 * All result files as one: maps key by key, lists of two files joined, each value once. Upstream lets a later list take
 * the place of an earlier one.
 *
 * @throws {InvalidReleaseError} for a file that is no map, and for two that do not say the same of one thing
 */
export function mergeResults(files: readonly ResultsFile[]): JsonMap {
  let merged: JsonMap = {};
  for (const { path, content } of files) {
    if (!isMap(content)) throw new InvalidReleaseError(`the results in ${path} are no map`);
    merged = join(merged, content, path, []) as JsonMap;
  }
  return merged;
}

function join(a: Json, b: Json, path: string, at: readonly string[]): Json {
  if (isMap(a) && isMap(b)) {
    const entries = new Map<string, Json>(Object.entries(a));
    for (const [key, value] of Object.entries(b)) {
      entries.set(key, entries.has(key) ? join(entries.get(key), value, path, [...at, key]) : value);
    }
    return Object.fromEntries(entries);
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const added = (b as Json[]).filter((one) => !(a as Json[]).some((other) => sameJson(one, other)));
    return [...(a as Json[]), ...added];
  }
  if (sameJson(a, b)) return a;
  throw new InvalidReleaseError(
    `the results in ${path} say something else of ${at.join('.')} than those of another task`,
  );
}
