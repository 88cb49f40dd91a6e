import { posix } from 'node:path';
import { ExpectedError } from '#lib/errors';
import type { ManifestFiles } from '#lib/treefile';

/** Manifests by path, in memory; a value that begins with `->` is a link to another of them. */
export function manifestFiles(texts: Readonly<Record<string, string>>): ManifestFiles {
  const resolve = (path: string): string => {
    const normal = posix.normalize(path);
    if (normal.startsWith('..') || posix.isAbsolute(path))
      throw new ExpectedError(`${path} leads out of the directory of the manifests`, { kind: 'invalid' });
    const text = texts[normal];
    return text?.startsWith('->') === true
      ? resolve(posix.join(posix.dirname(normal), text.slice(2)))
      : normal;
  };
  return {
    read: (path) => {
      const identity = resolve(path);
      const text = texts[identity];
      return text === undefined ? undefined : { text, identity };
    },
    programs: (path) => {
      const directory = `${resolve(path)}/`;
      return Object.keys(texts)
        .filter((name) => name.startsWith(directory))
        .map((name) => name.slice(directory.length))
        .sort();
    },
  };
}
