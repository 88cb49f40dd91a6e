import type { PlatformFacts } from '../facts.ts';

/**
 * Paths of /var without an entry in tmpfiles.d: they would be there on a new machine and never on an updated one.
 * Entries are read as tmpfiles.d(5) has them; an entry covers its path and, for a directory, the way to it.
 */
export function varTmpfiles({ rootfs }: PlatformFacts): string[] {
  const known = new Set<string>();
  for (const directory of ['usr/lib/tmpfiles.d', 'etc/tmpfiles.d']) {
    for (const name of rootfs.list(directory).filter((file) => file.endsWith('.conf'))) {
      for (const path of entriesOf(rootfs.text(`${directory}/${name}`) ?? '')) known.add(path);
    }
  }
  return rootfs
    .below('var')
    .filter((path) => !isKnown(path, known))
    .map((path) => `/${path} has no entry in tmpfiles.d`)
    .toArray();
}

function entriesOf(text: string): string[] {
  return (
    text
      .split('\n')
      .filter((line) => !/^\s*(?:#|$)/.test(line))
      .map((line) => /^\s*(?<type>\S+)\s+(?:"(?<quoted>[^"]+)"|(?<plain>\S+))/.exec(line)?.groups)
      // Types that make something (tmpfiles.d(5), "Type"); the others clean, or change what is there.
      .filter((fields) => /^[fFwdDvqQpLcbCHe]/.test(fields?.type ?? ''))
      .map((fields) => (fields?.quoted ?? fields?.plain ?? '').replace(/\/+$/, ''))
  );
}

function isKnown(path: string, known: ReadonlySet<string>): boolean {
  if (known.has(`/${path}`)) return true;
  // systemd-tmpfiles makes the directories that lead to an entry.
  return [...known].some((entry) => entry.startsWith(`/${path}/`));
}
