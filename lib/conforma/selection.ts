import type { Choice } from './policy.ts';
import type { Rule } from './rule.ts';

/**
 * Whether what a rule has found counts: names that include it must weigh more than those that exclude it
 * (conforma/cli, internal/evaluator/filters.go, LegacyIsResultIncluded).
 */
export function isChosen(
  { name, collections }: Pick<Rule, 'name' | 'collections'>,
  terms: readonly string[],
  { include, exclude }: Choice,
): boolean {
  const [group = ''] = name.split('.');
  const bare = ['*', group, `${group}.*`, name];
  const names = [...bare, ...terms.flatMap((term) => bare.map((one) => `${one}:${term}`))];
  const all = [...names, ...collections.map((collection) => `@${collection}`)];
  return sum(all, include) > sum(all, exclude);
}

function sum(names: readonly string[], chosen: readonly string[]): number {
  return chosen.filter((one) => names.includes(one)).reduce((total, one) => total + weightOf(one), 0);
}

function weightOf(name: string): number {
  if (name.startsWith('@')) return 10;
  const colon = name.indexOf(':');
  const [short, term] = colon < 0 ? [name, ''] : [name.slice(0, colon), name.slice(colon + 1)];
  const parts = short.split('.');
  const rule = parts.length > 1 ? (parts.at(-1) ?? '') : '';
  const group = parts.length > 1 ? parts.slice(0, -1).join('.') : short;
  const forGroup = group === '*' ? 1 : 10 * Math.max(parts.length - 1, 1);
  return (term === '' ? 0 : 100) + forGroup + (rule === '' || rule === '*' ? 0 : 100);
}
