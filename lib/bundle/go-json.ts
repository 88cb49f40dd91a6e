/**
 * JSON as Go's encoding/json writes a map: keys in the order of their bytes, no white space, and < > & and the two line
 * separators escaped. Whoever reads a bundle of ours and writes it again gets the same bytes.
 */
export function goJson(value: unknown): string {
  return escaped(JSON.stringify(sorted(value)));
}

/** What Go escapes in JSON beside what everybody does. */
export function escaped(json: string): string {
  return json.replaceAll(/[<>&\u2028\u2029]/g, escapeCharacter);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  // Without a prototype a key __proto__ is one like any other.
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of entries) result[key] = sorted(inner);
  return result;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
