import { quoted } from '#lib/text';
import { InvalidManifestError } from '../model/errors.ts';

/** Far more than any manifest or configuration needs. */
const DEPTH = 32;

/**
 * Parses a JSON object that every reader understands alike. It refuses a key that stands twice in one object (Go merges
 * the two), a byte order mark in front, and bytes that are not UTF-8. A null is left out, as in Go.
 *
 * @throws {InvalidManifestError}
 */
export function parseJsonObject(bytes: Uint8Array, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
    checkStructure(text);
  } catch (cause) {
    if (cause instanceof InvalidManifestError) {
      throw new InvalidManifestError(`${what} is not JSON that can be read in one way`, { cause });
    }
    // The parser's message is left out, because it quotes what it reads.
    throw new InvalidManifestError(`${what} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidManifestError(`${what} is no JSON object`);
  }
  return withoutNulls(value) as Record<string, unknown>;
}

/** Refuses keys that are there twice or differ in case only; the text must be valid JSON. */
function checkStructure(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    const keys = open.at(-1);
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
      if (open.length > DEPTH) throw new InvalidManifestError(`it is more than ${DEPTH} levels deep`);
      isKey = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
      isKey = false;
    } else if (character === ',') {
      isKey = keys !== undefined;
    } else if (character === '"') {
      const start = at;
      at = endOfString(text, at);
      if (!isKey || keys === undefined) continue;
      const key = JSON.parse(text.slice(start, at + 1)) as string;
      if (keys.has(key)) throw new InvalidManifestError(`${quoted(key)} is there twice`);
      keys.add(key);
      isKey = false;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner)]),
  );
}
