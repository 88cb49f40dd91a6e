import { posix } from 'node:path';

/** Files by path from the root of the repository, with what each of them imports of the others: types, too. */
export type Imports = ReadonlyMap<string, readonly string[]>;

const doors: readonly (readonly [prefix: string, path: (name: string) => string])[] = [
  ['#lib/', (name) => `lib/${name}/index.ts`],
  ['#test/', (name) => `test/support/${name}.ts`],
];

/** The paths of files as an import names them: `./x.ts`, `#lib/<layer>`, `#test/<file>`; packages are left out. */
export function importsOf(file: string, text: string): readonly string[] {
  const named = text.matchAll(/^\s*(?:import|export)\b[^;'"`]*?\bfrom ['"](?<to>[.#][^'"]+)['"]/gm);
  const bare = text.matchAll(/^import ['"](?<to>[.#][^'"]+)['"]/gm);
  const lazy = text.matchAll(/\bimport\(\s*['"](?<to>[.#][^'"]+)['"]/g);
  return [...named, ...bare, ...lazy].map(({ groups }) => pathOf(file, groups?.to ?? ''));
}

function pathOf(file: string, target: string): string {
  for (const [prefix, path] of doors) {
    if (target.startsWith(prefix)) return path(target.slice(prefix.length));
  }
  return posix.join(posix.dirname(file), target);
}

/** What a tree of sources imports; `texts` has the text of each file by its path. */
export function readImports(texts: ReadonlyMap<string, string>): Imports {
  return new Map(
    Array.from(texts, ([file, text]) => [file, importsOf(file, text).filter((path) => texts.has(path))]),
  );
}
