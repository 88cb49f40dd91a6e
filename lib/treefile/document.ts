import { isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { duplicateKeys } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { refusal } from './errors.ts';

/** More than any manifest has; Fedora's largest have some ten thousand characters. */
const MOST = 4 * 1024 * 1024;

/** A map of a manifest, whose values know their lines. */
export interface Fields {
  readonly file: string;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly key: string;
  readonly line: number;
  readonly node: Node;
}

/** A value with its line, as far as a manifest has any: of lists and maps the parts, too. */
export interface Node {
  readonly line: number;
  readonly value: unknown;
  readonly items: readonly Node[] | undefined;
  readonly fields: Fields | undefined;
}

/**
 * Reads a manifest, which is a map.
 *
 * @throws {InvalidTreefileError} with the line of what is no YAML
 */
export function readDocument(text: string, file: string): Fields {
  const fail = (line: number, why: string) =>
    refusal({ file, line }, why, 'write a manifest as docs/treefile.md of rpm-ostree says');
  if (text.length > MOST) throw fail(1, `it has more than ${MOST} characters`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const [error] = document.errors;
  if (error) throw fail(lines.linePos(error.pos[0]).line, printable(error.message.split('\n', 1)[0] ?? ''));
  const [double] = duplicateKeys(document, lines);
  if (double !== undefined) throw fail(Number(/ at line (\d+)/.exec(double)?.[1] ?? 1), double);
  if (!isMap(document.contents)) throw fail(1, 'it is no map');
  return fieldsOf(document.contents);

  function fieldsOf(map: YAMLMap): Fields {
    const entries = map.items.map(({ key, value }) => {
      const line = lineOf(key);
      if (!isScalar(key) || typeof key.value !== 'string') throw fail(line, 'a key is no text');
      return { key: key.value, line, node: nodeOf(value, line) };
    });
    return { file, entries };
  }

  function nodeOf(node: unknown, outer: number): Node {
    const line = node === null ? outer : lineOf(node);
    if (node === null || isScalar(node))
      return { line, value: node?.value ?? null, items: undefined, fields: undefined };
    if (!isSeq(node) && !isMap(node)) throw fail(line, 'aliases stand in no manifest that is read here');
    return {
      line,
      // Few ask for it, and it costs as much as reading the text.
      get value() {
        return node.toJS(document) as unknown;
      },
      items: isSeq(node) ? node.items.map((item) => nodeOf(item, line)) : undefined,
      fields: isMap(node) ? fieldsOf(node) : undefined,
    };
  }

  function lineOf(node: unknown): number {
    const [start = 0] = (node as { readonly range?: readonly number[] | null } | null)?.range ?? [];
    return lines.linePos(start).line;
  }
}
