/** What a text of JSON says; undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What JSON leaves as it is and a terminal does not show: controls behind ASCII, format characters, halves of pairs. */
const unseen = /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\x7f-\x9f]/gu;

/** JSON that says the same and may stand in a terminal or a log: what is no visible character is escaped. */
export function visibleJson(value: unknown, indent?: number): string {
  return (JSON.stringify(value, undefined, indent) ?? 'null').replaceAll(unseen, (one) =>
    // Each half of a pair by itself, as JSON has them (RFC 8259, section 7).
    one
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
