import { type Document, isMap, isPair, isScalar, isSeq, type LineCounter, type Scalar } from 'yaml';
import { quoted } from '#lib/text';

/** More are as good as these to whoever has to mend them. */
const MOST = 10;

/**
 * The keys of a document that stand twice in one map, which a cluster refuses. The YAML library compares each key with all
 * before it, which takes half a minute for 40,000 of them: it is to be told `uniqueKeys: false`.
 */
export function duplicateKeys(document: Pick<Document, 'contents'>, lines: LineCounter): readonly string[] {
  const found: string[] = [];
  const open: unknown[] = [document.contents];
  // This is a loop and no recursion: a document may be deeper than the stack.
  while (open.length > 0 && found.length < MOST) {
    const node = open.pop();
    if (isSeq(node)) for (const item of node.items) open.push(item);
    if (!isMap(node)) continue;
    const keys = new Set<unknown>();
    for (const { key, value } of node.items.filter(isPair)) {
      open.push(value, key);
      if (!isScalar(key)) continue;
      if (keys.has(key.value) && found.length < MOST) found.push(told(key, lines));
      keys.add(key.value);
    }
  }
  return found;
}

/** In the words of the library. */
function told({ source, value, range }: Scalar, lines: LineCounter): string {
  const { line, col } = lines.linePos(range?.[0] ?? 0);
  return `Map keys must be unique at line ${line}, column ${col}: ${quoted(source ?? String(value))}`;
}
