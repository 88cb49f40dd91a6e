/** Values as JSON has them. */
export type Json = unknown;

/**
 * Merges as collect_data.py of release-service-utils (`deep_merge`) does: maps key by key; lists joined, each value once,
 * sorted, so that order in a list means nothing; in all else the second wins, unless it is null.
 */
export function deepMerge(base: Json, over: Json): Json {
  if (isMap(base) && isMap(over)) {
    const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
    return Object.fromEntries(Array.from(keys, (key) => [key, mergeKey(base, over, key)]));
  }
  if (Array.isArray(base) && Array.isArray(over)) return joined([...(base as Json[]), ...(over as Json[])]);
  return over ?? base;
}

function mergeKey(base: JsonMap, over: JsonMap, key: string): Json {
  if (!Object.hasOwn(base, key)) return over[key];
  return Object.hasOwn(over, key) ? deepMerge(base[key], over[key]) : base[key];
}

function joined(values: readonly Json[]): Json[] {
  const seen = new Map<string, Json>();
  for (const value of values) {
    const id = textOf(value, true);
    if (!seen.has(id)) seen.set(id, value);
  }
  return Array.from(seen.values(), (value) => ({ value, key: textOf(value, false) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ value }) => value);
}

/** Whether two values are the same, whatever the order of keys. */
export function sameJson(a: Json, b: Json): boolean {
  return textOf(a, false) === textOf(b, false);
}

export type JsonMap = Readonly<Record<string, Json>>;

export function isMap(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A value as json.dumps(value, sort_keys=True) of Python writes it, by which upstream sorts.
 *
 * @param isIdentity Python takes true for 1 and false for 0 where it looks whether a value is in a list
 */
function textOf(value: Json, isIdentity: boolean): string {
  if (typeof value === 'string') return asciiOf(value);
  if (typeof value === 'boolean' && isIdentity) return value ? '1' : '0';
  if (Array.isArray(value)) return `[${value.map((one) => textOf(one, isIdentity)).join(', ')}]`;
  if (!isMap(value)) return String(value);
  const entries = Object.keys(value)
    .sort(compareCharacters)
    .map((key) => `${asciiOf(key)}: ${textOf(value[key], isIdentity)}`);
  return `{${entries.join(', ')}}`;
}

function asciiOf(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Python compares whole characters where JavaScript compares halves of pairs. */
function compareCharacters(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  const at = x.findIndex((character, index) => character !== y[index]);
  if (at === -1) return x.length - y.length;
  return (x[at]?.codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? -1);
}
