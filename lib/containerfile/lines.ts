import type { Fail } from './errors.ts';

export type Escape = '\\' | '`';

/** A line as an instruction has it: comments are gone, continued lines are joined. */
export interface LogicalLine {
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

export interface LineReader {
  /** What ends a line that goes on in the next one, and keeps the character behind it. */
  readonly escapeToken: Escape;
  readonly next: () => LogicalLine | undefined;
  /** The next line as it stands in the file, which the text of a here-document is made of. */
  readonly nextRaw: () => string | undefined;
  /** How many lines of the file have been read. */
  readonly position: () => number;
}

const DIRECTIVE = /^#[ \t]*escape[ \t]*=[ \t]*(?<escape>.)/i;

/**
 * Reads lines as buildah does (openshift/imagebuilder, dockerfile/parser, `Parse`). Its only directive is `escape`, and
 * that in the first line alone: behind `# syntax=` buildah takes it for a comment.
 *
 * @throws {InvalidContainerfileError} at an escape character that is none
 */
export function readLines(text: string, fail: Fail): LineReader {
  const lines = (text.startsWith('\ufeff') ? text.slice(1) : text)
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  const escapeToken = escapeOf(lines[0] ?? '', fail);
  const continued = escapeToken === '\\' ? /\\[ \t]*$/ : /`[ \t]*$/;
  let position = 0;
  const next = (): LogicalLine | undefined => {
    while (position < lines.length) {
      const line = position + 1;
      let part = withoutComment((lines[position] ?? '').trimStart());
      position += 1;
      if (part === '') continue;
      let text = part.replace(continued, '');
      while (continued.test(part) && position < lines.length) {
        const raw = lines[position] ?? '';
        position += 1;
        // Empty lines and comments stand within an instruction without ending it.
        if (withoutComment(raw.trimStart()) === '') continue;
        part = raw;
        text += part.replace(continued, '');
      }
      if (text.trim() !== '') return { text, line };
    }
    return undefined;
  };
  const nextRaw = () => {
    position += 1;
    return lines[position - 1];
  };
  return { escapeToken, next, nextRaw, position: () => position };
}

function escapeOf(first: string, fail: Fail): Escape {
  const escapeToken = DIRECTIVE.exec(first.trimStart())?.groups?.escape ?? '\\';
  if (escapeToken === '\\' || escapeToken === '`') return escapeToken;
  throw fail(1, 'the escape character may be \\ or ` alone');
}

function withoutComment(line: string): string {
  return line.startsWith('#') ? '' : line;
}
