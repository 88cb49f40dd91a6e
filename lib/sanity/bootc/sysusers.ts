import type { ImageRootfs, PlatformFacts } from '../facts.ts';
import { CouldNotLookError, linesOf, look, namesIn, utf8Of } from '../look.ts';
import { extensionOf, isU32 } from './rust.ts';
import { parseSysusersLine } from './sysusers-line.ts';

/**
 * Users and groups in /etc without an entry in sysusers.d: check_sysusers (crates/lib/src/lints.rs) with analyze and
 * read_sysusers (crates/sysusers/src/lib.rs). /usr/lib/sysusers.d alone counts, and root is a user like any other.
 */
export function sysusers({ rootfs }: PlatformFacts): string[] {
  const passwd = namesOf(rootfs, 'etc/passwd', 7, [2, 3]);
  if (passwd === undefined) return [];
  const group = namesOf(rootfs, 'etc/group', 4, [2]);
  if (group === undefined) throw new CouldNotLookError('/etc/group: there is a passwd and no group');
  const known = knownTo(rootfs);
  const missing = (names: readonly string[], entries: ReadonlySet<string>, kind: string, file: string) =>
    names
      .filter((name) => !entries.has(name))
      .map((name) => `${kind} ${name} of ${file} has no entry in sysusers.d`);
  return [
    ...missing(passwd, known.users, 'user', '/etc/passwd'),
    ...missing(group, known.groups, 'group', '/etc/group'),
  ];
}

function knownTo(rootfs: ImageRootfs): { users: ReadonlySet<string>; groups: ReadonlySet<string> } {
  const users = new Set<string>();
  const groups = new Set<string>();
  const directory = 'usr/lib/sysusers.d';
  for (const name of namesIn(rootfs, directory).filter((file) => extensionOf(file) === 'conf')) {
    const path = `${directory}/${name}`;
    const seen = look(rootfs, path);
    if (seen.kind === 'absent') throw new CouldNotLookError(`/${path}: the link leads nowhere`);
    for (const line of linesOf(utf8Of(seen.bytes, path))) {
      if (line === '' || line.startsWith('#')) continue;
      const entry = parseSysusersLine(line, path);
      if (entry?.type === 'user') users.add(entry.name);
      // A user makes a group of its name.
      if (entry !== undefined) groups.add(entry.name);
    }
  }
  return { users, groups };
}

/**
 * parse_passwd_content and parse_group_content (crates/sysusers/src/nameservice): so many fields, some of them numbers;
 * comments and lines of NSS' compatibility mode are passed over.
 */
function namesOf(
  rootfs: ImageRootfs,
  path: string,
  fields: number,
  numbers: readonly number[],
): string[] | undefined {
  const seen = look(rootfs, path);
  if (seen.kind === 'absent') return undefined;
  const lines = linesOf(utf8Of(seen.bytes, path)).filter((line) => line !== '' && !/^[#+-]/.test(line));
  const names = lines.map((line) => {
    const parts = line.split(':');
    const isRight = parts.length >= fields && numbers.every((at) => isU32(parts[at] ?? ''));
    if (!isRight) throw new CouldNotLookError(`/${path}: bootc cannot read the line: ${line}`);
    return parts[0] ?? '';
  });
  return [...new Set(names)].sort();
}
