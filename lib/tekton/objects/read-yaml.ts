import { Composer, type Document, LineCounter, type ParsedNode } from 'yaml';
import { aliasProblem } from './aliases.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { lenientParser } from './flow-lexer.ts';
import { asGoYaml } from './go-yaml.ts';
import { jsonProblem } from './json-problem.ts';

/** A document as a cluster reads it. */
export interface YamlDocument {
  /** Why it would not be read, on one line. */
  readonly problem: string | undefined;
  /** Where that is, counted from 1; the beginning of the document where the whole of it is meant. */
  readonly place: Place;
  /** Keys that stand twice, which a cluster refuses, too. */
  readonly duplicates: readonly string[];
  /** Undefined where there is a problem. */
  readonly content: unknown;
  readonly node: ParsedDocument;
  readonly lines: LineCounter;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export type ParsedDocument = Document.Parsed<ParsedNode>;

/** Reads all documents of a text as kubectl does, by the rules of sigs.k8s.io/yaml: YAML 1.1, its own numbers. */
export function readYaml(text: string): readonly YamlDocument[] {
  const lines = new LineCounter();
  const composer = new Composer({
    version: '1.1',
    customTags: asGoYaml,
    merge: true,
    // Duplicates are found in time that does not grow with the square of the keys.
    uniqueKeys: false,
  });
  const parser = lenientParser(lines.addNewLine);
  const documents = [...composer.compose(parser.parse(text))];
  const control = CONTROL.exec(text);
  return documents.map((node) => {
    const found = problemIn(node) ?? controlIn(node, control) ?? contentOf(node);
    const { offset = node.contents?.range[0] ?? 0 } = found;
    const { line, col: column } = lines.linePos(offset);
    const duplicates = found.problem === undefined ? duplicateKeys(node, lines) : [];
    return {
      problem: undefined,
      content: undefined,
      ...found,
      place: { line, column },
      duplicates,
      node,
      lines,
    };
  });
}

interface Found {
  readonly problem?: string;
  readonly offset?: number;
  readonly content?: unknown;
}

function problemIn({ errors }: ParsedDocument): Found | undefined {
  const [error] = errors;
  return error && { problem: parserSays(error.message), offset: error.pos[0] };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function parserSays(message: string): string {
  return message.startsWith('Maximum call stack') ? 'it is nested too deeply' : message;
}

function controlIn({ range }: ParsedDocument, control: RegExpExecArray | null): Found | undefined {
  if (!control || control.index < range[0] || control.index >= range[2]) return undefined;
  return { problem: 'control characters are not allowed', offset: control.index };
}

function contentOf(node: ParsedDocument): Found {
  try {
    const problem = aliasProblem(node) ?? jsonProblem(node);
    // Aliases are counted above: they share what they name, and take no room here.
    return problem === undefined ? { content: node.toJS({ maxAliasCount: -1 }) } : { problem };
  } catch (error) {
    // It is too deep for the stack, or an alias names nothing.
    return { problem: parserSays((error as Error).message) };
  }
}
