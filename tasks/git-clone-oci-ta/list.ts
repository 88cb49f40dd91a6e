import { ExpectedError } from '#lib/errors';

/** A field without quotes, or with them, where two stand for one; what follows is a comma or the end. */
const FIELD = /[ \t]*(?:"(?<inQuotes>(?:[^"]|"")*)"|(?<bare>[^",]*))(?<end>,|$)/y;

/**
 * The values of a param that is a line of CSV (RFC 4180), blanks before each dropped; nothing is an empty list.
 *
 * @throws {ExpectedError} naming the param, for quotes that do not match and for more than one line
 */
export function parseList(param: string, text: string): readonly string[] {
  const line = text.trim();
  if (line === '') return [];
  const refuse = (why: string) =>
    new ExpectedError(`${param} is no list: ${why}`, {
      kind: 'usage',
      hint: 'give values with commas between them, in double quotes where they have a comma',
    });
  if (/[\r\n]/.test(line)) throw refuse('it has more than one line');
  const values: string[] = [];
  for (let at = 0; ; ) {
    FIELD.lastIndex = at;
    const field = FIELD.exec(line);
    if (field === null) throw refuse(`its value ${values.length + 1} has a quote where none can be`);
    const { inQuotes, bare = '', end } = field.groups ?? {};
    values.push(inQuotes?.replaceAll('""', '"') ?? bare.trimEnd());
    if (end === '') break;
    at = FIELD.lastIndex;
  }
  const empty = values.indexOf('');
  if (empty !== -1) throw refuse(`its value ${empty + 1} is empty`);
  return values;
}
