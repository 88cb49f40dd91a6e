import type { Escape } from './lines.ts';

const BLANK = /\s/;

/**
 * Splits at blanks outside of quotes; quotes and escapes stay in the words (imagebuilder, dockerfile/parser,
 * `parseWords`). `isOpen` tells that a quote does not end.
 */
export function splitWords(
  text: string,
  escapeToken: Escape,
): { readonly words: readonly string[]; readonly isOpen: boolean } {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let position = 0; position < text.length; position += 1) {
    const character = text[position] ?? '';
    if (quote === '' && BLANK.test(character)) {
      if (word !== '') words.push(word);
      word = '';
    } else if (character === escapeToken && quote !== "'") {
      // An escape character at the end keeps nothing.
      if (position + 1 < text.length) word += character + (text[position + 1] ?? '');
      position += 1;
    } else {
      if (quote === character) quote = '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      word += character;
    }
  }
  if (word !== '') words.push(word);
  return { words, isOpen: quote !== '' };
}

/** The flags, `--name=value` without quotes, that stand before what an instruction is about, and the rest. */
export function splitFlags(text: string): { readonly flags: readonly string[]; readonly rest: string } {
  const flags: string[] = [];
  let position = 0;
  for (;;) {
    while (BLANK.test(text[position] ?? '')) position += 1;
    if (!text.startsWith('--', position)) return { flags, rest: text.slice(position).trim() };
    const { word, end } = unquotedWord(text, position);
    position = end;
    if (word === '--') return { flags, rest: text.slice(position).trim() };
    flags.push(word);
  }
}

/** The word that begins at `start`, without quotes and escapes (imagebuilder, `extractBuilderFlags`). */
function unquotedWord(text: string, start: number): { readonly word: string; readonly end: number } {
  let word = '';
  let quote = '';
  let position = start;
  for (; position < text.length; position += 1) {
    const character = text[position] ?? '';
    if (quote === '' && BLANK.test(character)) break;
    if (character === '\\') {
      position += 1;
      word += text[position] ?? '';
    } else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (quote === character) quote = '';
    else word += character;
  }
  return { word, end: position };
}

/** A word without its quotes and backslashes. */
export function unquote(word: string): string {
  let text = '';
  let quote = '';
  for (let position = 0; position < word.length; position += 1) {
    const character = word[position] ?? '';
    if (character === '\\' && quote !== "'") {
      position += 1;
      text += word[position] ?? '';
    } else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (quote === character) quote = '';
    else text += character;
  }
  return text;
}
