import { own, quoted } from '#lib/text';
import { InvalidReleaseError } from './errors.ts';
import { isMap, type Json, type JsonMap } from './merge.ts';

/**
 * A value of a document by a path as jq has it, `.conforma.workerCount`, `.a["b-c"]`, `.list[0]`; a path without a dot at
 * its beginning is one key. Undefined where there is nothing, or null.
 *
 * @throws {InvalidReleaseError} for what is no such path
 */
export function valueAt(document: JsonMap, path: string): Json {
  let value: Json = document;
  for (const key of segmentsOf(path)) {
    if (typeof key === 'number') value = Array.isArray(value) ? value[key] : undefined;
    else value = isMap(value) ? own(value, key) : undefined;
  }
  return value ?? undefined;
}

/** As the text of a result: maps and lists as JSON, all else as it is. */
export function textOfValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function segmentsOf(path: string): readonly (string | number)[] {
  if (path === '.') return [];
  if (path !== '' && !path.startsWith('.')) return [path];
  const segment = /\.([\w-]+)|\.?\[(?:(\d{1,9})|"([^"]*)")\]/y;
  const found: (string | number)[] = [];
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path);
    if (match === null) break;
    const [, name, index, quotedName] = match;
    found.push(index === undefined ? (name ?? quotedName ?? '') : Number(index));
    if (segment.lastIndex === path.length) return found;
  }
  throw new InvalidReleaseError(`${quoted(path)} is no path of a key`, {
    hint: 'write it as jq has it: .conforma.workerCount, .a["b-c"], .list[0]',
  });
}
