import type { Fail } from './errors.ts';
import type { LineReader, LogicalLine } from './lines.ts';
import { splitWords, unquote } from './words.ts';

/** Text that stands in the Containerfile behind an instruction, as `<<EOF` asks for it. */
export interface HereDocument {
  readonly name: string;
  /** Its lines, each with its line break; of `<<-EOF` without the tabs that they begin with. */
  readonly text: string;
  /** Whether variables in it are replaced: the name has no quotes. */
  readonly isExpanded: boolean;
}

const MARK = /^\d*<<(?<dash>-?)(?<name>[^<]+)$/;
const TAKES_THEM = /^(?:ONBUILD[\t\v\f\r ]+)?(?:RUN|COPY|ADD)[\t\v\f\r ]/i;

/**
 * Reads the here-documents of an instruction from the lines behind it, as BuildKit does (dockerfile/parser,
 * `heredocsFromLine`): each is a word of its own, and the JSON form has none.
 *
 * @throws {InvalidContainerfileError} when one does not end
 */
export function readHereDocuments(
  { text, line }: LogicalLine,
  { reader, isJson, fail }: { readonly reader: LineReader; readonly isJson: boolean; readonly fail: Fail },
): readonly HereDocument[] {
  if (isJson || !TAKES_THEM.test(text)) return [];
  const { words, isOpen } = splitWords(text, '\\');
  if (isOpen) return [];
  return words.flatMap((word) => {
    const { dash, name: written = '' } = MARK.exec(word)?.groups ?? {};
    const name = unquote(written);
    if (name === '') return [];
    const withoutTabs = (one: string) => (dash === '' ? one : one.replace(/^\t+/, ''));
    let body = '';
    for (let raw = reader.nextRaw(); raw !== undefined; raw = reader.nextRaw()) {
      if (withoutTabs(raw) === name) return [{ name, text: body, isExpanded: name === written }];
      body += `${withoutTabs(raw)}\n`;
    }
    throw fail(line, `the here-document ${name} does not end`, `end it with a line that is ${name} alone`);
  });
}
