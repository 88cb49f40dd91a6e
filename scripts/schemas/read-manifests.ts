import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';

/** A document of a YAML file, and what is wrong with it before any schema is asked. */
export interface ReadDocument {
  readonly value: unknown;
  readonly problems: readonly string[];
}

/**
 * Reads every document by the rules of YAML 1.1, kubectl's, and of YAML 1.2, everybody else's, and wants the same
 * value from both: an unquoted y, on, 012 or 1:30 is a string to one of them only.
 */
export function readManifests(text: string): ReadDocument[] {
  const old = parseAllDocuments(text, { version: '1.1' });
  return parseAllDocuments(text, { version: '1.2' }).map((document, index) => {
    const value: unknown = document.errors.length > 0 ? undefined : document.toJS();
    const problems = [...document.errors, ...document.warnings].map(({ message }) => message);
    const other = old[index];
    const difference =
      problems.length > 0
        ? undefined
        : other && other.errors.length === 0
          ? firstDifference(value, other.toJS())
          : '';
    if (difference !== undefined)
      problems.push(`${difference || '.'}: YAML 1.1 reads another value than YAML 1.2`);
    return { value, problems };
  });
}

/** The path of the first place where two values differ, or nothing. */
function firstDifference(one: unknown, other: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(one, other)) return undefined;
  if (!isObject(one) || !isObject(other)) return path;
  for (const key of Object.keys(one)) {
    const difference = firstDifference(one[key], other[key], path === '' ? key : `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return path;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}
