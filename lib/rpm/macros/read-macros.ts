import { limits } from '../limits.ts';
import { InvalidMacroError } from './errors.ts';

/** A macro as a file defines it; its body is undefined in a form that is not followed, such as one with options. */
export interface Macro {
  readonly body: string | undefined;
  /** The file that says it. */
  readonly path: string;
}

export interface MacroFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The macros that files define, the last one of a name (loadMacroFile and doDefine in rpmio/macro.cc of rpm 6.0; 4.18 has
 * the same).
 *
 * @throws {InvalidMacroError} where rpm would cut a definition in two
 */
export function readMacros(files: readonly MacroFile[]): ReadonlyMap<string, Macro> {
  const macros = new Map<string, Macro>();
  for (const { path, text } of files) {
    for (const definition of definitions(text, path)) {
      const match = /^[ \t]*%(?<name>[A-Za-z0-9_]+)(?<rest>[\s\S]*)$/.exec(definition)?.groups;
      if (match) macros.set(match.name ?? '', { body: bodyOf(match.rest ?? ''), path });
    }
  }
  return macros;
}

/** Lines that begin with a percent sign, each with those that continue it, by a backslash or open brackets (rdcl). */
function* definitions(text: string, path: string): Generator<string> {
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const first = trimmedEnd(lines[at] ?? '');
    if (!/^[ \t]*%/.test(first)) continue;
    const open = createBrackets();
    let line = first;
    let definition = line;
    open.scan(line);
    while ((line.endsWith('\\') || open.isOpen()) && at + 1 < lines.length) {
      at += 1;
      line = trimmedEnd(lines[at] ?? '');
      open.scan(line);
      definition += `\n${line}`;
      if (definition.length > limits.macro) break;
    }
    if (definition.length > limits.macro) {
      throw new InvalidMacroError(`a definition in ${path} has more than ${limits.macro} bytes`);
    }
    yield definition;
  }
}

function trimmedEnd(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return line.slice(0, end);
}

const pairs = { '{': '}', '(': ')', '[': ']' } as const;

/** Counts what `%{`, `%(` and `%[` open. */
function createBrackets() {
  const open: Record<string, number> = { '}': 0, ')': 0, ']': 0 };
  return {
    isOpen: () => Object.values(open).some((count) => count > 0),
    scan(line: string) {
      for (let at = 0; at < line.length; at += 1) {
        const character = line[at] ?? '';
        const next = line[at + 1] ?? '';
        if (character === '\\') at += 1;
        else if (character === '%' && next === '%') at += 1;
        else if (character === '%' && next in pairs) {
          open[pairs[next as keyof typeof pairs]] = (open[pairs[next as keyof typeof pairs]] ?? 0) + 1;
          at += 1;
        } else if (character in pairs) {
          const close = pairs[character as keyof typeof pairs];
          if ((open[close] ?? 0) > 0) open[close] = (open[close] ?? 0) + 1;
        } else if ((open[character] ?? 0) > 0) open[character] = (open[character] ?? 0) - 1;
      }
    },
  };
}

/** The body alone, without the blanks and braces around it; a backslash stands for what follows it. */
function bodyOf(rest: string): string | undefined {
  if (!/^[ \t]/.test(rest)) return undefined;
  const body = rest.replace(/^[ \t]+/, '');
  const inner = body.startsWith('{') ? /^\{(?<inner>[^{}\\]*)\}\s*$/.exec(body)?.groups?.inner : body;
  const text = inner?.replaceAll(/\\([\s\S])/g, '$1').trimEnd();
  return text === '' ? undefined : text;
}
