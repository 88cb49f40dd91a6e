/** Characters of somebody else's text that are told: enough to recognize it, too few to fill a log. */
const MOST = 200;

/**
 * What changes a terminal or a line instead of standing in it: controls, format characters (marks of direction and
 * without width, Unicode TR36), halves of surrogate pairs, separators of lines and paragraphs.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of an image, a compose or a registry as it may stand in a message or a log: on one line, what is no visible
 * character escaped as in JavaScript, cut after `most` characters with the length that it has.
 */
export function printable(text: string, most: number = MOST): string {
  const isLong = text.length > most;
  const shown = (isLong ? text.slice(0, most) : text).replaceAll(unprintable, escaped);
  return isLong ? `${shown}… (${text.length} characters)` : shown;
}

/** The same in double quotes, which then begin and end it. */
export function quoted(text: string, most: number = MOST): string {
  const isLong = text.length > most;
  const cut = isLong ? text.slice(0, most) : text;
  const shown = cut.replaceAll(/["\\]/g, (character) => `\\${character}`).replaceAll(unprintable, escaped);
  return isLong ? `"${shown}…" (${text.length} characters)` : `"${shown}"`;
}

/** The same of text that has lines: they, and tabs in them, stay, and nothing is cut. */
export function visibleLines(text: string): string {
  return text.replaceAll(unprintable, (one) => (one === '\n' || one === '\t' ? one : escaped(one)));
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return short[character] ?? `\\u${code.toString(16).padStart(4, '0')}`;
}
