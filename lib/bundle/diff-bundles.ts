import type { BundleEntry } from './bundle-entry.ts';
import type { Bundle } from './read-bundle.ts';

/** An object that differs; `kind/name`. */
export type ObjectDiff =
  | { readonly type: 'added' | 'removed'; readonly object: string }
  | { readonly type: 'changed'; readonly object: string; readonly fields: readonly FieldDiff[] };

/** A field by its path, things in lists by their names: `spec.params[IMAGE].default`. */
export interface FieldDiff {
  readonly path: string;
  /** Undefined where it was not there. */
  readonly before: unknown;
  /** Undefined where it is gone. */
  readonly after: unknown;
}

type Entries = Pick<Bundle, 'entries'>;

/** What two bundles differ in. An object is the same by its content: neither how it was packed nor its key order matter. */
export function diffBundles(before: Entries, after: Entries): readonly ObjectDiff[] {
  const [left, right] = [byTitle(before), byTitle(after)];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((object): ObjectDiff[] => {
    const [old, fresh] = [left.get(object), right.get(object)];
    if (old === undefined) return [{ type: 'added', object }];
    if (fresh === undefined) return [{ type: 'removed', object }];
    const fields = diffValues(contentOf(old), contentOf(fresh), '');
    return fields.length === 0 ? [] : [{ type: 'changed', object, fields }];
  });
}

/** Entries by `kind/name`; what has no name, by its layer. */
export function byTitle({ entries }: Entries): ReadonlyMap<string, BundleEntry> {
  // The resolver takes the first of two with the same name.
  return new Map([...entries].reverse().map((entry) => [titleOf(entry), entry]));
}

export function titleOf({ kind, name, layer }: BundleEntry): string {
  return name === '' ? layer.digest : `${kind.toLowerCase()}/${name}`;
}

function contentOf({ object, text }: BundleEntry): unknown {
  return object ?? text;
}

function diffValues(before: unknown, after: unknown, path: string): readonly FieldDiff[] {
  if (before === after) return [];
  const [left, right] = [childrenOf(before), childrenOf(after)];
  if (left === undefined || right === undefined || Array.isArray(before) !== Array.isArray(after)) {
    // A list of arguments is told as a whole, or one more at its start would be many changes.
    return isSameList(before, after) ? [] : [{ path, before, after }];
  }
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  const fields = keys.flatMap((key) => {
    const inner = Array.isArray(after) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return diffValues(left.get(key), right.get(key), inner);
  });
  const order = (children: ReadonlyMap<string, unknown>) =>
    [...children.keys()].filter((key) => left.has(key) && right.has(key));
  // The order of steps says what runs first.
  if (Array.isArray(after) && order(left).join('\0') !== order(right).join('\0')) {
    return [...fields, { path: `${path} (order)`, before: order(left), after: order(right) }];
  }
  return fields;
}

/**
 * The children of a value: those of a map by key, those of a list of maps by name where all have one, else by position.
 */
function childrenOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  if (value.some((item) => typeof item !== 'object' || item === null)) return undefined;
  const names = value.map((item: { name?: unknown }) => item.name);
  const areNames = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  return new Map(
    value.map((item: unknown, index) => [areNames ? String(names[index]) : String(index), item]),
  );
}

function isSameList(before: unknown, after: unknown): boolean {
  return Array.isArray(before) && Array.isArray(after) && JSON.stringify(before) === JSON.stringify(after);
}
