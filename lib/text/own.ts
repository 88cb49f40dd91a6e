/**
 * What a table has under a key that a stranger gives. By index `constructor` and `__proto__` would be there in each one.
 */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
