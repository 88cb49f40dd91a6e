import { InvalidHostError } from './errors.ts';

/**
 * One word of a POSIX shell that stands for the text itself: between single quotes no character means anything (POSIX
 * Shell Command Language 2.2.2), and a single quote is written outside of them.
 *
 * @throws {InvalidHostError} for a NUL, which no argument of a program can have
 */
export function shellWord(text: string): string {
  if (text.includes('\0')) throw new InvalidHostError('a value for the build host has a NUL in it');
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** @throws {InvalidHostError} for a NUL */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
