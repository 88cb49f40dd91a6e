export type Variables = ReadonlyMap<string, string | number | boolean>;

/** `releasever >= 41`, `prod == false`, `basearch != "s390x"`. */
const COMPARISON =
  /^\s*(?<name>[A-Za-z_]\w*)\s*(?<operator>==|!=|<=|>=|<|>)\s*(?:"(?<text>[^"]*)"|'(?<other>[^']*)'|(?<word>true|false|-?\d+))\s*$/;

/**
 * Whether an expression of rpm-ostree's `conditional-include` holds; undefined for one that is not a comparison, or of a
 * variable that nobody here gives, such as those of bootc-base-imagectl.
 */
export function holds(expression: string, variables: Variables): boolean | undefined {
  const { name = '', operator, text, other, word } = COMPARISON.exec(expression)?.groups ?? {};
  const value = variables.get(name);
  if (operator === undefined || value === undefined) return undefined;
  const wanted = text ?? other ?? word ?? '';
  const [left, right] = [Number(value), Number(wanted)];
  const order =
    word !== undefined && !Number.isNaN(left) && !Number.isNaN(right)
      ? left - right
      : compareText(String(value), wanted);
  if (operator === '==') return order === 0;
  if (operator === '!=') return order !== 0;
  // Only numbers have an order: `rawhide` is neither below 41 nor above.
  if (word === undefined || Number.isNaN(left) || Number.isNaN(right)) return undefined;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
