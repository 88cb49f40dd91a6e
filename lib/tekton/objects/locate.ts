import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Place, YamlDocument } from './read-yaml.ts';

/**
 * Where in its text a field of an object stands, by a path such as `spec.tasks[2].params[0].value`; an index may be the
 * name of an element. Of a field that is not there, the nearest one that is.
 *
 * @param at `value` for a text, a number or the like itself, where it has one, and not its name
 */
export function locate({ node, lines }: YamlDocument, path: string, at: 'name' | 'value' = 'name'): Place {
  const { line, col: column } = lines.linePos(offsetOf(node, path, at));
  return { line, column };
}

function offsetOf(document: Document, path: string, at: 'name' | 'value'): number {
  let value: unknown = document.contents;
  let offset = startOf(value);
  let rest = path;
  while (rest !== '') {
    const part = partOf(resolved(value, document), rest);
    if (!part) break;
    ({ value, rest } = part);
    // A name shows where a map or list is, which begins on the next line.
    const isText = at === 'value' && isScalar(value) && rest === '' && value.source !== '';
    offset = startOf(isText ? value : (part.key ?? value));
  }
  return offset;
}

interface Part {
  readonly key?: unknown;
  readonly value: unknown;
  readonly rest: string;
}

function partOf(node: unknown, path: string): Part | undefined {
  if (isSeq(node)) return elementOf(node.items, path);
  if (!isMap(node)) return undefined;
  const pairs = node.items.filter(isPair);
  // Names may have points in them: the longest one counts.
  const fitting = pairs.filter((pair) => path.startsWith(nameOf(pair)) && isEnd(path[nameOf(pair).length]));
  const found = fitting.sort((a, b) => nameOf(b).length - nameOf(a).length)[0];
  if (!found) return undefined;
  return { key: found.key, value: found.value, rest: path.slice(nameOf(found).length).replace(/^\./, '') };
}

function isEnd(character: string | undefined): boolean {
  return character === undefined || character === '.' || character === '[';
}

function elementOf(items: readonly unknown[], path: string): Part | undefined {
  const [whole = '', index = ''] = /^\[([^\]]*)\]\.?/.exec(path) ?? [];
  const isNamed = (item: unknown) =>
    isMap(item) && item.items.some((pair) => nameOf(pair) === 'name' && textOf(pair.value) === index);
  const value = /^\d+$/.test(index) ? items[Number(index)] : items.find(isNamed);
  return value === undefined ? undefined : { value, rest: path.slice(whole.length) };
}

function nameOf({ key }: Pair): string {
  return textOf(key);
}

function textOf(node: unknown): string {
  return isScalar(node) ? String(node.value) : '';
}

function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}
