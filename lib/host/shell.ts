import { shellWord as quotedWord } from '#lib/text';
import { InvalidHostError } from './errors.ts';

/**
 * How a script begins that works in our directory, `$1`: what it makes is relative to it, so that nothing is there again when
 * the host has been cleaned up meanwhile.
 */
export const ENTER = `umask 077
cd -- "$1" || exit 1
shift`;

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
