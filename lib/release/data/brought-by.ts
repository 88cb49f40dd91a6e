import { isMap, type Json, sameJson } from '../merge.ts';

interface Source {
  readonly name: string;
  readonly data: Json;
}

/**
 * The resources that say what stands at a place of merged data, or the nearest place above it that any of them has. The
 * strongest stands first; an element of a list is looked for by what it says, since lists are joined and sorted.
 */
export function broughtBy(
  path: readonly PropertyKey[],
  merged: Json,
  sources: readonly Source[],
): readonly string[] {
  let [value, left] = [merged, sources];
  for (const key of path) {
    const next = step(value, key);
    const having = left.flatMap(({ name, data }) =>
      children(data, key, next).map((child) => ({ name, data: child })),
    );
    if (having.length === 0) break;
    [value, left] = [next, having];
  }
  return [...new Set(left.map(({ name }) => name))];
}

function step(value: Json, key: PropertyKey): Json {
  if (Array.isArray(value)) return value[Number(key)];
  return isMap(value) && Object.hasOwn(value, key) ? value[String(key)] : undefined;
}

/** What a source has in this place: under the key of a map, or all elements of a list that say the same. */
function children(data: Json, key: PropertyKey, wanted: Json): readonly Json[] {
  if (Array.isArray(data)) return (data as Json[]).filter((one) => sameJson(one, wanted));
  const value = step(data, key);
  return value === undefined || value === null ? [] : [value];
}
