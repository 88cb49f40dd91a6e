import { CouldNotLookError } from '../look.ts';

const escapes: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r', t: '\t' };
const blank = /[ \t\n\f\r]/;

/**
 * The path of a line of tmpfiles.d, whatever the line does with it: tmpfiles_entry_get_path and unescape_path of
 * bootc's crates/tmpfiles/src/lib.rs. Bytes stand for characters (latin1), so that `\xff` is one.
 *
 * @throws {CouldNotLookError} for a line that bootc refuses; its lint ends there
 */
export function tmpfilesPath(line: string, file: string): string {
  const refuse = (why: string) => new CouldNotLookError(`/${file}: ${why}: ${line}`);
  const rest = /^[ \t\n\f\r]*[^ \t\n\f\r]+[ \t\n\f\r]*(?<rest>.*)$/s.exec(line)?.groups?.rest;
  if (rest === undefined) throw refuse('bootc cannot read the line');
  const isQuoted = rest.startsWith('"');
  let path = '';
  for (let at = isQuoted ? 1 : 0; at < rest.length; at += 1) {
    const character = rest[at] ?? '';
    if (isQuoted ? character === '"' : blank.test(character)) break;
    if (character !== '\\') {
      path += character;
      continue;
    }
    at += 1;
    const letter = rest[at] ?? '';
    const hex = letter === 'x' ? rest.slice(at + 1, at + 3) : '';
    const meant =
      escapes[letter] ?? (/^\+?[0-9a-f]+$/i.test(hex) && hex.length === 2 ? byteOf(hex) : undefined);
    if (meant === undefined) throw refuse('bootc does not know this escape');
    path += meant;
    at += hex.length;
  }
  return path;
}

function byteOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
