import { Lexer, Parser } from 'yaml';

/** The part of the library's lexer that is not told to the outside. */
interface FlowLexer {
  indentNext: number;
  parseFlowCollection: (this: FlowLexer) => Generator<unknown, unknown, unknown>;
}

/**
 * A parser to which the lines of a flow collection may stand anywhere, as they may for YAML 1.1, where JSON is often
 * pasted at the first column. The library ends such a collection at the first line that is not indented.
 */
export function lenientParser(onNewLine: (offset: number) => void): Parser {
  const parser = new Parser(onNewLine);
  const lexer = new Lexer() as unknown as FlowLexer;
  const parse = lexer.parseFlowCollection;
  lexer.parseFlowCollection = function* parseAnywhere(this: FlowLexer) {
    const { indentNext } = this;
    this.indentNext = 0;
    const next = yield* parse.call(this);
    this.indentNext = indentNext;
    return next;
  };
  Object.assign(parser, { lexer });
  return parser;
}
