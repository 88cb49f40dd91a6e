import { posix } from 'node:path';

/** A directory and the URL that it is served under. */
export type PathMapping = readonly [prefix: string, url: string];

/** pungi's `translate_paths`: the first mapping whose directory holds `path` gives its URL; without one it stays. */
export function translatePath(path: string, mappings: readonly PathMapping[]): string {
  const normal = withoutSlash(posix.normalize(path));
  for (const [prefix, url] of mappings) {
    const directory = withoutSlash(posix.normalize(prefix));
    if (`${normal}/`.startsWith(`${directory}/`)) return withoutSlash(url) + normal.slice(directory.length);
  }
  return normal;
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
