/** The value of a variable; undefined where it has none. */
export type Lookup = (name: string) => string | undefined;

const NAME = /[\p{L}_][\p{L}\p{Nd}_]*|\p{Nd}|/uy;

/**
 * Replaces the variables of a word and takes its quotes away, as buildah does (openshift/imagebuilder, shell_parser.go):
 * `$x`, `${x}`, `${x:-y}`, `${x:+y}`, `${x:?y}`. What newer versions alone can do, such as `${x%y}`, is refused.
 *
 * @throws what `fail` makes of a word that is not understood
 */
export function expandWord(word: string, lookup: Lookup, fail: (why: string) => Error): string {
  let position = 0;

  const until = (stop: string): string => {
    let text = '';
    while (position < word.length) {
      const character = word[position] ?? '';
      if (character === stop) {
        position += 1;
        return text;
      }
      if (character === "'") text += singleQuoted();
      else if (character === '"') text += doubleQuoted();
      else if (character === '$') text += variable();
      else {
        position += character === '\\' ? 2 : 1;
        text += character === '\\' ? (word[position - 1] ?? '') : character;
      }
    }
    if (stop !== '') throw fail(`${word} has no ${stop}`);
    return text;
  };

  const singleQuoted = (): string => {
    const end = word.indexOf("'", position + 1);
    if (end === -1) throw fail(`a quote in ${word} does not end`);
    const text = word.slice(position + 1, end);
    position = end + 1;
    return text;
  };

  const doubleQuoted = (): string => {
    let text = '';
    position += 1;
    while (word[position] !== '"') {
      const character = word[position];
      if (character === undefined) throw fail(`a quote in ${word} does not end`);
      if (character === '$') text += variable();
      else {
        const isEscape = character === '\\' && /["$\\]/.test(word[position + 1] ?? '');
        text += isEscape ? (word[position + 1] ?? '') : character;
        position += isEscape ? 2 : 1;
      }
    }
    position += 1;
    return text;
  };

  const name = (): string => {
    NAME.lastIndex = position;
    const found = NAME.exec(word)?.[0] ?? '';
    position += found.length;
    return found;
  };

  const variable = (): string => {
    position += 1;
    if (word[position] !== '{') {
      const named = name();
      return named === '' ? '$' : (lookup(named) ?? '');
    }
    position += 1;
    const named = name();
    if (named === '') throw fail(`a variable in ${word} has no name`);
    const value = lookup(named) ?? '';
    const [next, operator] = [word[position], word[position + 1]];
    if (next === '}') {
      position += 1;
      return value;
    }
    if (next !== ':' || operator === undefined || !'-+?'.includes(operator)) {
      throw fail(`${word} is not understood: behind \${${named} may stand }, :-, :+ or :?`);
    }
    position += 2;
    const other = until('}');
    if (operator === '+') return value === '' ? '' : other;
    if (value !== '' || operator === '-') return value === '' ? other : value;
    throw fail(`${named} has no value${other === '' ? '' : `: ${other}`}`);
  };

  return until('');
}
