import { CouldNotLookError, linesOf } from '../look.ts';

/** Values by group and key. */
export type KeyFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * A key file as GLib reads it (glib/gkeyfile.c: g_key_file_parse_line and those that it calls): `[group]`,
 * `key=value`, `#` comments, and nothing else. A later value replaces an earlier one, and a value keeps its end.
 *
 * @throws {CouldNotLookError} for a line that GLib refuses
 */
export function parseKeyFile(text: string, path: string): KeyFile {
  const groups = new Map<string, Map<string, string>>();
  let group: Map<string, string> | undefined;
  for (const [index, whole] of linesOf(text).entries()) {
    const line = whole.replace(/^[ \t\n\v\f\r]+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const name = /^\[(?<name>[^\]]*)\][ \t]*$/.exec(line)?.groups?.name;
    const pair = /^(?<key>[^=]*)=[ \t\f\v\r]*(?<value>.*)$/s.exec(line)?.groups;
    const key = withoutBlanks(pair?.key ?? '');
    if (name !== undefined && name !== '') {
      group = groups.get(name) ?? new Map<string, string>();
      groups.set(name, group);
    } else if (pair !== undefined && key !== '' && group !== undefined) {
      group.set(key, pair.value ?? '');
    } else {
      throw new CouldNotLookError(`/${path}: line ${index + 1} is no group, key or comment`);
    }
  }
  return groups;
}

function withoutBlanks(key: string): string {
  let end = key.length;
  while (/[ \t\f\v\r]/.test(key[end - 1] ?? '')) end -= 1;
  return key.slice(0, end);
}
