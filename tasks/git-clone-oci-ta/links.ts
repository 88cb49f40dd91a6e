import { lstat, readlink, realpath } from 'node:fs/promises';
import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';
import { walk } from './walk.ts';

/** Links that one path may lead through, as Linux counts them (path_resolution(7)). */
const MOST_LINKS = 40;
/** What the system says of a path that leads to nothing. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];
/** Paths that a message names. */
const MOST_NAMED = 20;

/**
 * Looks at every link below a directory.
 *
 * @param ignored patterns of links that may lead anywhere: paths in the directory, `*` for any text and `?` for one character
 * @throws {ExpectedError} naming each link that leads out of the directory, or round in a circle
 */
export async function refuseLinksOutside(directory: string, ignored: readonly string[]): Promise<void> {
  const patterns = ignored.map(patternOf);
  const base = await realpath(directory, { encoding: 'buffer' });
  const root = bytes(base);
  const outside: string[] = [];
  for await (const { path, entry } of walk(base)) {
    if (!entry.isSymbolicLink()) continue;
    const inside = path.subarray(base.length + 1).toString();
    if (patterns.some((pattern) => pattern.test(inside))) continue;
    const target = await targetOf(bytes(path));
    if (target !== root && !target?.startsWith(`${root}/`)) outside.push(inside);
  }
  if (outside.length === 0) return;
  const named = outside
    .sort()
    .slice(0, MOST_NAMED)
    .map((path) => printable(path));
  const more = outside.length > named.length ? ` and ${outside.length - named.length} more` : '';
  throw new ExpectedError(`links lead out of the repository: ${named.join(', ')}${more}`, {
    kind: 'invalid',
    hint: 'remove them, or name them in symlinkCheckIgnorePattern',
  });
}

/** A path as a string of its bytes, so that one in any encoding comes back as it was. */
function bytes(path: Buffer): string {
  return path.toString('latin1');
}

/** Where a path ends when all links are followed, whether or not something is there; undefined in a circle. */
async function targetOf(path: string): Promise<string | undefined> {
  let links = 0;
  let rest = path.split('/');
  let done: readonly string[] = [];
  while (rest.length > 0) {
    const [name = '', ...further] = rest;
    rest = further;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      done = done.slice(0, -1);
      continue;
    }
    const next = [...done, name];
    const target = await linkAt(`/${next.join('/')}`);
    if (target === undefined) {
      done = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return undefined;
    if (target.startsWith('/')) done = [];
    rest = [...target.split('/'), ...rest];
  }
  return `/${done.join('/')}`;
}

/** What a link says; undefined for what is none, or is not there. */
async function linkAt(path: string): Promise<string | undefined> {
  const place = Buffer.from(path, 'latin1');
  const found = await lstat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== undefined && ABSENT.includes(error.code)) return undefined;
    throw error;
  });
  return found?.isSymbolicLink() ? bytes(await readlink(place, { encoding: 'buffer' })) : undefined;
}

function patternOf(pattern: string): RegExp {
  if (pattern.startsWith('/')) {
    throw new ExpectedError(
      `symlinkCheckIgnorePattern has a pattern that begins with a slash: ${printable(pattern)}`,
      { kind: 'usage', hint: 'patterns are of paths in the repository, such as docs/*' },
    );
  }
  const source = pattern
    .replaceAll(/[.+()|^$[\]{}\\/]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
