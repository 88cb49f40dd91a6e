import { InvalidRepoError } from '../errors.ts';

/** Sections by name, and their options by name; where a name comes twice, the last one counts. */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

const BOM = '\ufeff';

/**
 * Reads a configuration file of dnf as dnf5 does (libdnf5/utils/iniparser.cpp, `IniParser::next`): a section may be
 * indented, a value goes on in lines that are, and quotes around a whole value are no part of it.
 *
 * @throws {InvalidRepoError} where dnf5 refuses the file, with the line
 */
export function parseIniFile(text: string): IniFile {
  const file = new Map<string, Map<string, string>>();
  let options: Map<string, string> | undefined;
  let key: string | undefined;
  const lines = (text.startsWith(BOM) ? text.slice(1) : text).split('\n');
  for (const [index, line] of lines.entries()) {
    const fail = (why: string) => new InvalidRepoError(`line ${index + 1}: ${why}, which dnf refuses`);
    const content = trimmed(line);
    if (line === '' || line.startsWith('#') || line.startsWith(';')) {
      key = undefined;
    } else if (content.startsWith('[')) {
      const name = sectionName(content, fail);
      options = file.get(name) ?? new Map<string, string>();
      file.set(name, options);
      key = undefined;
    } else if (content === '') {
      // Blanks alone neither end a value nor add to it.
    } else if (options === undefined) {
      throw fail('an option before the first section');
    } else if (/^[ \t\r]/.test(line)) {
      if (key === undefined) throw fail('an indented line that no option goes before');
      options.set(key, `${options.get(key)}\n${content}`);
    } else {
      const equals = content.indexOf('=');
      if (equals < 1) throw fail(equals === 0 ? 'an option without a name' : 'no "="');
      key = trimmed(content.slice(0, equals));
      options.set(key, trimmed(content.slice(equals + 1)));
    }
  }
  return new Map([...file].map(([name, raw]) => [name, unquoted(raw)]));
}

/** Brackets may stand in a name, as `[1-3]` does; behind it there may be a comment. */
function sectionName(content: string, fail: (why: string) => InvalidRepoError): string {
  const match = /^\[(?<name>(?:[^[\]\0\r]|\[[^\]\0\r]*\])*)\](?<rest>.*)$/s.exec(content)?.groups;
  if (match?.name === undefined) throw fail('a section without "]"');
  if (match.name === '') throw fail('a section without a name');
  if (!/^[ \t\r]*(?:[#;]|$)/.test(match.rest ?? '')) throw fail('text behind the name of a section');
  return match.name;
}

function unquoted(options: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...options].map(([key, value]) => [key, /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value]));
}

/** Removes the blanks at both ends in linear time: a regular expression would start anew at each blank. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}
