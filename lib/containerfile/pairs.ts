import type { Fail } from './errors.ts';
import type { Escape } from './lines.ts';
import type { Instruction } from './parse-containerfile.ts';
import { splitWords } from './words.ts';

/**
 * The pairs of an ENV or a LABEL, their words as written: `a=b c="d e"`, or the older `a b c`, which is one pair.
 *
 * @throws {InvalidContainerfileError} where buildah refuses them
 */
export function splitPairs(
  { keyword, text, line }: Instruction,
  escapeToken: Escape,
  fail: Fail,
): readonly (readonly [name: string, word: string])[] {
  const { words } = splitWords(text, escapeToken);
  const [first] = words;
  if (first === undefined) throw fail(line, `${keyword} has no name`);
  if (!first.includes('=')) {
    const [name = '', ...rest] = text.split(/[\t\v\f\r ]+/);
    if (rest.length === 0) throw fail(line, `${keyword} ${name} has no value`);
    return [[name, text.slice(name.length).trim()]];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    if (equals === -1) throw fail(line, `${keyword} has ${word} without "="`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}
