import { InvalidReleaseError } from './errors.ts';
import { isMap, type Json, type JsonMap } from './merge.ts';

/**
 * What several tasks have to say of a release, as one: maps are merged, lists joined in the order of the files (upstream's
 * jq `*` lets the last list stand alone), and of other values the last one counts.
 *
 * @param files what each file says, by its path
 * @throws {InvalidReleaseError} for a file that is no map
 */
export function mergeResults(files: readonly (readonly [string, Json])[]): JsonMap {
  let merged: Json = {};
  for (const [path, value] of files) {
    if (!isMap(value))
      throw new InvalidReleaseError(
        `${path} is not valid: expected an object, whose keys the Release shall have`,
      );
    merged = joined(merged, value);
  }
  return merged as JsonMap;
}

function joined(before: Json | undefined, value: Json): Json {
  if (Array.isArray(before) && Array.isArray(value)) return [...before, ...value];
  if (!isMap(before) || !isMap(value)) return value;
  const result = new Map<string, Json>(Object.entries(before));
  for (const [key, one] of Object.entries(value)) result.set(key, joined(result.get(key), one));
  return Object.fromEntries(result);
}
