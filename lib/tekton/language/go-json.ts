import { isLargeNumber } from './large-number.ts';

/**
 * JSON as Go's encoding/json writes a map: keys in the order of their bytes, no white space, and < > & and the two line
 * separators escaped. Whoever reads a bundle of ours and writes it again gets the same bytes.
 */
export function goJson(value: unknown): string {
  return goEscape(write(value));
}

/** JSON as Go writes a struct, whose keys keep their order. */
export function goStructJson(value: unknown): string {
  return goEscape(JSON.stringify(value));
}

/** Go escapes these beside what everybody does. */
function goEscape(json: string): string {
  return json.replaceAll(/[<>&\u2028\u2029]/g, escapeCharacter);
}

/** Not JSON.stringify: JavaScript keeps keys that look like numbers in an order of its own. */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null || isLargeNumber(value)) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`);
  return `{${fields.join(',')}}`;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
