import type { PlatformFacts } from '../facts.ts';

/**
 * Users and groups in /etc without an entry in sysusers.d: an update would not bring them, and their numbers would
 * differ from machine to machine. root is always there.
 */
export function sysusers({ rootfs }: PlatformFacts): string[] {
  const users = new Set(['root']);
  const groups = new Set(['root']);
  for (const directory of ['usr/lib/sysusers.d', 'etc/sysusers.d']) {
    for (const name of rootfs.list(directory).filter((file) => file.endsWith('.conf'))) {
      readEntries(rootfs.text(`${directory}/${name}`) ?? '', users, groups);
    }
  }
  const missing = (file: string, known: ReadonlySet<string>, kind: string) =>
    namesOf(rootfs.text(file) ?? '')
      .filter((name) => !known.has(name))
      .map((name) => `${kind} ${name} of /${file} has no entry in sysusers.d`);
  return [...missing('etc/passwd', users, 'user'), ...missing('etc/group', groups, 'group')];
}

/** sysusers.d(5): a user's line makes a group of its name too; a member's line makes what it names. */
function readEntries(text: string, users: Set<string>, groups: Set<string>): void {
  for (const line of text.split('\n')) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [type = '', name = '', id = ''] = line.trim().split(/\s+/);
    if (type.startsWith('u')) users.add(name);
    if (type.startsWith('u') || type === 'g') groups.add(name);
    if (type === 'm') {
      users.add(name);
      groups.add(id);
    }
  }
}

function namesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.split(':')[0] ?? '')
    .filter((name) => name !== '' && !/^[#+-]/.test(name));
}
