import { Document, isScalar, parse, Scalar, visit } from 'yaml';

/** What a reader of either version may take for something else, or for a key of its own (`=` and `<<` are 1.1's). */
const reserved = new Set(['=', '<<', '~', '-', '?', ':']);

/**
 * YAML that means the same to readers of 1.1 (kubectl) and 1.2: a string that one of them would take for a
 * number, a boolean, a date or null is quoted. Deterministic: keys stand in the order of the object.
 */
export function toYaml(objects: unknown): string {
  const list = Array.isArray(objects) ? objects : [objects];
  return list.map(documentText).join('---\n');
}

function documentText(object: unknown): string {
  // A copy without what is undefined, and without shared parts, which would become aliases.
  const document = new Document(JSON.parse(JSON.stringify(object)) as unknown, {
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string') node.type = scalarType(node.value);
    },
  });
  return escapeUnseen(document.toString({ lineWidth: 0, minContentWidth: 0, singleQuote: null }));
}

function scalarType(text: string): Scalar.Type {
  if (/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]|[^\S\n]$/u.test(text)) return Scalar.QUOTE_DOUBLE;
  if (text.includes('\n')) return /^\s/.test(text) ? Scalar.QUOTE_DOUBLE : Scalar.BLOCK_LITERAL;
  return isPlain(text) ? Scalar.PLAIN : Scalar.QUOTE_DOUBLE;
}

const plain = new Map<string, boolean>();

/** Words, paths and image references, which spares most texts the parser: no reader has a keyword of so many letters. */
const ordinary = /^[A-Za-z](?:[\w./@ -]|:(?=\w)){4,}[\w.]$/;

function isPlain(text: string): boolean {
  if (ordinary.test(text)) return true;
  const known = plain.get(text);
  if (known !== undefined) return known;
  const made = !reserved.has(text) && readsAsItself(text, '1.1') && readsAsItself(text, '1.2');
  plain.set(text, made);
  return made;
}

function readsAsItself(text: string, version: '1.1' | '1.2'): boolean {
  // Digits first: go-yaml knows forms (1_000, 0b1, 1:30, 2001-01-01) that other readers of 1.1 leave alone.
  if (/^[-+.]?\d[\d_:.xobeE+-]*$/.test(text) && !/^\d+\.\d+\.\d+$/.test(text)) return false;
  try {
    return parse(text, { version, logLevel: 'silent' }) === text;
  } catch {
    return false;
  }
}

/**
 * 1.1 takes some of these for line breaks, and a terminal shows none of them; they stand in double quotes only, so that
 * an escape is possible.
 */
function escapeUnseen(yaml: string): string {
  return yaml.replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}
