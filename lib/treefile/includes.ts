import type { Entry, Fields, Node } from './document.ts';
import { refusal } from './errors.ts';
import type { Said } from './model.ts';
import type { Values } from './values.ts';

/** What is included where all of the conditions hold. */
export interface Conditional {
  readonly conditions: readonly Said<string>[];
  readonly include: readonly Said<string>[];
  /** A manifest in the place of files. */
  readonly inlined: Fields | undefined;
}

/** Files of include, then of arch-include. */
export function includesOf(
  entries: readonly Entry[],
  values: Values,
  architecture: string,
): readonly Said<string>[] {
  return ['include', 'arch-include'].flatMap((key) => {
    const entry = entries.find((one) => one.key === key);
    if (entry === undefined) return [];
    if (key === 'include') return files(entry.node, key, values);
    return values
      .fields(entry)
      .entries.map((one) => [one.key, files(one.node, `${key}.${one.key}`, values)] as const)
      .filter(([name]) => name === architecture)
      .flatMap(([, list]) => list);
  });
}

export function conditionsOf(entries: readonly Entry[], values: Values): readonly Conditional[] {
  const entry = entries.find(({ key }) => key === 'conditional-include');
  if (entry === undefined) return [];
  return values.list(entry).map((node) => {
    const { entries: parts } = values.fields({ key: 'an entry of conditional-include', node });
    const part = (key: string): Node => {
      const found = parts.find((one) => one.key === key);
      if (found) return found.node;
      throw refusal(
        values.place(node),
        `an entry of conditional-include has no ${key}`,
        'write if and include',
      );
    };
    const include = part('include');
    return {
      conditions: files(part('if'), 'if', values),
      include: include.fields ? [] : files(include, 'include', values),
      inlined: include.fields,
    };
  });
}

/** A text, or a list of them. */
function files(node: Node, what: string, values: Values): readonly Said<string>[] {
  return (node.items ?? [node]).map((item) => values.text(item, what));
}
