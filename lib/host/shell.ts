import { shellWord as quotedWord } from '#lib/text';
import { InvalidHostError } from './errors.ts';

/**
 * One word of the host's shell that stands for the text itself.
 *
 * @throws {InvalidHostError} for a NUL, which no argument of a program can have
 */
export function shellWord(text: string): string {
  if (text.includes('\0')) throw new InvalidHostError('a value for the build host has a NUL in it');
  return quotedWord(text);
}

/** @throws {InvalidHostError} for a NUL */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
