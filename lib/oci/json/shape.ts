import { quoted } from '#lib/text';
import { isDigest } from '../model/digest.ts';

/** Says what is wrong with a value, or nothing; `path` is where it stands. */
export type Shape = (value: unknown, path: string) => string | undefined;

/** Fields with a question mark may be left out. */
type Fields = Readonly<Record<string, Shape>>;

export const text: Shape = (value, path) => (typeof value === 'string' ? undefined : `${path} is no text`);
export const truth: Shape = (value, path) =>
  typeof value === 'boolean' ? undefined : `${path} is neither true nor false`;
export const anything: Shape = () => undefined;

export const mediaType: Shape = (value, path) =>
  typeof value === 'string' && value !== '' ? undefined : `${path} is missing`;

export const digest: Shape = (value, path) =>
  typeof value === 'string' && isDigest(value) ? undefined : `${path} ${told(value)} is none`;

export const size: Shape = (value, path) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : `${path} is no number of bytes`;

export function list(item: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path} is no list`;
    return first(value, (inner, index) => item(inner, `${path}[${index}]`));
  };
}

export function map(item: Shape): Shape {
  return (value, path) => {
    if (!isObject(value)) return `${path} is no object`;
    return first(Object.entries(value), ([key, inner]) => item(inner, `${path}[${quoted(key)}]`));
  };
}

/**
 * An object with these fields, and others that nobody here reads. The container engines are written in Go, which takes
 * `Layers` for `layers`: a name that differs only in its case is refused, as two readers would see two things.
 */
export function object(fields: Fields, what = 'object'): Shape {
  const wanted = new Map(
    Object.entries(fields).map(([name, shape]) => [
      name.replace('?', ''),
      { shape, isOptional: name.endsWith('?') },
    ]),
  );
  const byFold = new Map([...wanted.keys()].map((name) => [folded(name), name]));
  return (value, path) => {
    if (!isObject(value)) return path === '' ? `it is no ${what}` : `${path} is no ${what}`;
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    const other = Object.keys(value).find((key) => !wanted.has(key) && byFold.has(folded(key)));
    if (other !== undefined) {
      return `${at(quoted(other))} is read as ${byFold.get(folded(other))} by some and by others not`;
    }
    return first([...wanted], ([name, { shape, isOptional }]) =>
      isOptional && value[name] === undefined ? undefined : shape(value[name], at(name)),
    );
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Folds a name as Go's encoding/json does, where the long s and the sign for Kelvin are letters. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

function first<T>(
  items: readonly T[],
  problemOf: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = problemOf(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function told(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : typeof value;
}
