// A repository of a compose in an image, which no published one may have, and its twin, which it may.
import type { Files } from '#test/images/bootc-root';

/** What every case of it has: the check that refuses it, and what that says. */
export const refused = { check: 'compose-repos', says: /\[c\] points at/ };
export const bad = '[c]\nbaseurl=http://k/compose/43/compose/Everything/$basearch/os/\n';
export const good = '[c]\nbaseurl=https://k/pub/fedora/linux/releases/43/Everything/$basearch/os/\n';

/** The same files, once with a repository of the compose and once with one that may be there. */
export const both = (files: (repo: string) => Files) => ({
  wrong: { files: files(bad) },
  twin: { files: files(good) },
});
