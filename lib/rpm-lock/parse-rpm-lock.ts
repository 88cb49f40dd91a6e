import { LineCounter, parseDocument } from 'yaml';
import { duplicateKeys } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { InvalidRpmLockError } from './errors.ts';
import { readPlain } from './read-plain.ts';
import { RpmLock } from './rpm-lock.ts';

/** Characters; the lock of Fedora CoreOS has some 2 million for four architectures. */
const MAX_TEXT = 64 * 1024 * 1024;

/** What a lock has at most, with aliases followed: each of them could stand for millions of values. */
const MAX_ALIASES = 100;

/**
 * Reads rpms.lock.yaml (YAML 1.1, which hermeto's reader takes).
 *
 * @param place how messages name the text, such as its path in the source
 * @throws {InvalidRpmLockError} with the line
 */
export function parseRpmLock(text: string, place: string): RpmLock {
  const fail = (why: string, hint = 'make it anew with rpm-lockfile-prototype') =>
    new InvalidRpmLockError(`cannot read ${printable(place)}: ${printable(why)}`, { hint });
  if (text.length > MAX_TEXT) throw fail(`it has more than ${MAX_TEXT} characters`);
  // What is wrong with a lock, and in which line, the reader of all YAML tells below.
  const plain = RpmLock.safeParse(readPlain(text));
  if (plain.success) {
    refuseTwice(plain.data, fail);
    return plain.data;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.1', lineCounter: lines, uniqueKeys: false });
  const [broken] = [
    ...document.errors.map(({ message }) => firstLine(message)),
    ...duplicateKeys(document, lines),
  ];
  if (broken !== undefined) throw fail(broken);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw fail('it has more aliases than a lock needs');
  }
  const parsed = RpmLock.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw fail(`${lineOf(issue?.path ?? [])}${named(issue?.path ?? [])} ${issue?.message}`);
  }
  refuseTwice(parsed.data, fail);
  return parsed.data;

  function lineOf(path: readonly PropertyKey[]): string {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      const range = (node as { range?: readonly number[] } | undefined)?.range;
      if (range?.[0] !== undefined) return `line ${lines.linePos(range[0]).line}: `;
    }
    return '';
  }
}

/** An architecture whose files stand in two places is merged by some readers, and by others not. */
function refuseTwice({ arches }: RpmLock, fail: (why: string, hint: string) => InvalidRpmLockError): void {
  const seen = new Set<string>();
  for (const { arch } of arches) {
    if (seen.has(arch)) throw fail(`it has the architecture ${arch} twice`, 'join the two');
    seen.add(arch);
  }
}

function named(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the document';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/:$/, '') ?? '';
}
