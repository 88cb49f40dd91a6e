import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';

/** A file with NAME=value, or a list of them, cannot be understood. */
export class InvalidAssignmentsError extends ExpectedError {
  override readonly name = 'InvalidAssignmentsError';
  override readonly kind = 'invalid';
}

/**
 * NAME=value of a list; a name that stands twice is refused, since nobody knows which of them is meant.
 *
 * @param param names the list in messages
 */
export function once(list: readonly string[], param: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of list.map(split)) {
    if (values.has(name)) {
      throw new InvalidAssignmentsError(`${param} has ${printable(name)} twice`, { hint: 'give it once' });
    }
    values.set(name, value);
  }
  return values;
}

/** NAME=value of a list; the last of a name wins. */
export function lastOf(list: readonly string[]): ReadonlyMap<string, string> {
  return new Map(list.map(split));
}

/**
 * A file of NAME=value lines, as buildah's --build-arg-file reads it (pkg/parse, readBuildArgFile): blank lines and
 * those that begin with # are none. It may not lie outside the source, links included.
 */
export async function readAssignments(
  source: string,
  path: string,
  param: string,
): Promise<ReadonlyMap<string, string>> {
  if (path === '') return new Map();
  const root = await realpath(source);
  const file = await realpath(join(root, path)).catch((cause: unknown) => {
    throw new InvalidAssignmentsError(`${param} ${printable(path)} is not in the source`, { cause });
  });
  if (!file.startsWith(`${root}/`))
    throw new InvalidAssignmentsError(`${param} ${printable(path)} leads out of the source`);
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new InvalidAssignmentsError(`cannot read ${param} ${printable(path)}: ${cause.code}`, { cause });
  });
  const lines = text.split('\n').map((line, index) => ({ line: line.replace(/\r$/, ''), number: index + 1 }));
  const said = lines.filter(({ line }) => line.trim() !== '' && !line.startsWith('#'));
  for (const { line, number } of said) {
    if (/^[^=\s]+=/.test(line)) continue;
    throw new InvalidAssignmentsError(`${param} ${printable(path)}:${number} is not NAME=value`);
  }
  return lastOf(said.map(({ line }) => line));
}

function split(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
