/**
 * One word of a POSIX shell that stands for the text itself: between single quotes no character means anything (POSIX
 * Shell Command Language 2.2.2), and a single quote is written outside of them.
 */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command as one types it: words that need no quotes have none. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellWord(word))).join(' ');
}
