/**
 * One word of a POSIX shell that stands for the text itself: between single quotes no character means anything (POSIX
 * Shell Command Language 2.2.2), and a single quote is written outside of them.
 */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
