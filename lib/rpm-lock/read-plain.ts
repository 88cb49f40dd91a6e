/** A value, and how far its lines are indented. */
interface Line {
  readonly indent: number;
  readonly isItem: boolean;
  readonly key: string;
  readonly value: string;
}

/** Text that no schema of YAML takes for anything but a string, and whole numbers; all else is left to the YAML reader. */
const word =
  /^(?:[A-Za-z][A-Za-z0-9._+~:/@%=-]*[A-Za-z0-9/]|\d[A-Za-z0-9._+~:-]*\.(?:fc|el)\d[A-Za-z0-9._]*)$/;
const constants = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const number = /^(?:0|[1-9]\d{0,14})$/;
const line = /^( *)(- )?([A-Za-z][A-Za-z_]*):(?: (\S+))?$/;

/**
 * Reads YAML as tools write locks: mappings and lists of them in blocks, plain words and numbers. That takes a tenth of the
 * time of a reader of all YAML, and a lock of Fedora CoreOS has some 50,000 lines.
 *
 * @returns undefined for whatever is not that plain, also where it is broken: a real reader is then to be asked
 */
export function readPlain(text: string): unknown {
  const lines: Line[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    if (row === '' || (index === 0 && row === '---')) continue;
    const [, indent = '', dash = '', key, value = ''] = line.exec(row) ?? [];
    if (key === undefined || constants.test(key)) return undefined;
    lines.push({ indent: indent.length + dash.length, isItem: dash !== '', key, value });
  }
  const reader = { lines, at: 0 };
  const value = readMapping(reader, 0);
  return reader.at === lines.length ? value : undefined;
}

interface Reader {
  readonly lines: readonly Line[];
  at: number;
}

function readMapping(reader: Reader, indent: number): Record<string, unknown> | undefined {
  const mapping: Record<string, unknown> = {};
  for (let first = true; ; first = false) {
    const next = reader.lines[reader.at];
    if (next === undefined || next.indent !== indent || (next.isItem && !first)) break;
    reader.at++;
    const value = next.value === '' ? readList(reader, indent) : scalar(next.value);
    if (value === undefined || Object.hasOwn(mapping, next.key)) return undefined;
    mapping[next.key] = value;
  }
  return Object.keys(mapping).length === 0 ? undefined : mapping;
}

/** Its dashes stand below the first letter of the key, or two columns further right. */
function readList(reader: Reader, indent: number): readonly unknown[] | undefined {
  const inner = reader.lines[reader.at];
  if (inner === undefined || !inner.isItem || ![indent + 2, indent + 4].includes(inner.indent))
    return undefined;
  const list: unknown[] = [];
  for (;;) {
    const next = reader.lines[reader.at];
    if (next === undefined || !next.isItem || next.indent !== inner.indent) return list;
    const item = readMapping(reader, inner.indent);
    if (item === undefined) return undefined;
    list.push(item);
  }
}

function scalar(text: string): unknown {
  if (text === '[]') return [];
  if (number.test(text)) return Number(text);
  return word.test(text) && !constants.test(text) ? text : undefined;
}
