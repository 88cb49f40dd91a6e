import { type Document, isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Scalar } from 'yaml';

/**
 * What there is against a document that cannot become JSON: keys that are lists, maps or nothing, numbers without end,
 * halves of characters. Keys become text on the way, large numbers among them.
 */
export function jsonProblem(document: Pick<Document, 'contents'>): string | undefined {
  const open: unknown[] = [document.contents];
  // This is a loop and no recursion: a document may be deeper than the stack.
  while (open.length > 0) {
    const node = open.pop();
    if (isScalar(node) && isUnsayable(node.value)) return `JSON has no such value: ${String(node.value)}`;
    if (isSeq(node)) for (const item of node.items) open.push(item);
    if (!isMap(node)) continue;
    for (const { key, value } of node.items.filter(isPair)) {
      open.push(value, key);
      if (isAlias(key)) continue;
      if (isCollection(key)) return 'a key is a list or a map';
      if (!isScalar(key) || key.value === null) return 'a key is nothing';
      if (typeof key.value !== 'string') key.value = textOf(key);
    }
  }
  return undefined;
}

function isUnsayable(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  return typeof value === 'number' && !Number.isFinite(value);
}

function textOf({ value, source }: Scalar): string {
  if (typeof value === 'object' || isUnsayable(value)) return source ?? '';
  return typeof value === 'number' && !WHOLE.test(source ?? '') ? floatKey(value) : String(value as number);
}

/** These are no floats, and no float has such a form. */
const WHOLE = /^[-+]?(?:0[xX].*|0[bBoO]?[0-9_]*|[0-9_]+)$/;

/** A float as a key, of 32 bits and in the shortest form: strconv.FormatFloat(value, 'g', -1, 32). */
function floatKey(value: number): string {
  const float = Math.fround(value);
  const forms = Array.from({ length: 9 }, (_, digits) => float.toExponential(digits));
  const shortest = forms.find((form) => Math.fround(Number(form)) === float) ?? String(float);
  const [, digits = '', sign = '', exponent = ''] = /^(.*)e([-+])(\d+)$/.exec(shortest) ?? [];
  const power = Number(`${sign}${exponent}`);
  // Without a precision, six digits decide.
  if (power < -4 || power >= 6) return `${digits}e${sign}${exponent.padStart(2, '0')}`;
  return Object.is(float, -0) ? '-0' : String(Number(shortest));
}
