import { posix } from 'node:path';
import * as z from 'zod';
import { printable, quoted } from '#lib/text';
import { holds, type Variables } from './condition.ts';
import { InvalidManifestLockError } from './errors.ts';
import { parseFile } from './parse-file.ts';
import type { SourceFiles } from './source-files.ts';

/** What a manifest of rpm-ostree says of repositories, with all that it includes. */
export interface Manifest {
  /** Ids of repositories for locked packages alone; these are asked first. */
  readonly lockfileRepos: readonly string[];
  readonly repos: readonly string[];
  /** Value of dnf's $releasever; undefined where nothing says it. */
  readonly releasever: string | undefined;
}

const words = z.union([z.string().transform((word) => [word]), z.array(z.string())]);
const ids = z.array(z.string().regex(/^[A-Za-z0-9._:-]+$/, 'is no id of a repository')).nullish();

/** The fields that are read here; a manifest has many more (rpm-ostree docs, treefile.md). */
const Treefile = z.looseObject({
  repos: ids,
  'lockfile-repos': ids,
  releasever: z
    .union([z.string(), z.number()])
    .transform(String)
    .refine((text) => /^[A-Za-z0-9._-]{1,64}$/.test(text), 'is no release')
    .nullish(),
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  include: words.nullish(),
  'conditional-include': z.array(z.looseObject({ if: words, include: words })).nullish(),
});
type Treefile = z.output<typeof Treefile>;

/** rpm-ostree's own MAX_INCLUDE_DEPTH. */
const MAX_DEPTH = 50;

export const MANIFEST = 'manifest.yaml';

/**
 * Flattens manifest.yaml as far as repositories go: what a manifest includes comes before its own, and its own release
 * goes before that of what it includes.
 *
 * @param warn told what cannot be read here, such as a manifest of the builder's image
 * @throws {InvalidManifestLockError}
 */
export async function readManifest(
  files: SourceFiles,
  directory: string,
  { arch, warn }: { readonly arch: string; readonly warn: (message: string) => void },
): Promise<Manifest> {
  const path = posix.join(directory, MANIFEST);
  const text = await files.read(path);
  if (text === undefined) {
    throw new InvalidManifestLockError(
      `there are locks of rpm-ostree and no ${path}, which names the repositories`,
    );
  }
  return flattened(text, path, new Map([['basearch', arch]]), 0);

  async function flattened(source: string, file: string, known: Variables, depth: number): Promise<Manifest> {
    if (depth > MAX_DEPTH) throw new InvalidManifestLockError(`${printable(file)} is included by itself`);
    const treefile = parseFile(Treefile, source, file);
    const variables: Variables = new Map([
      ...(treefile.releasever == null ? [] : [['releasever', treefile.releasever] as const]),
      ...Object.entries(treefile.variables ?? {}),
      ...known,
    ]);
    const parts: Manifest[] = [];
    for (const name of treefile.include ?? []) {
      const part = await included(name, file, variables, depth);
      if (part === undefined)
        warn(`${printable(file)} includes ${quoted(name)}, which the source does not have`);
      else parts.push(part);
    }
    for (const condition of treefile['conditional-include'] ?? []) {
      const isMet = condition.if.every((one) => holds(one, variables) !== false);
      if (!isMet) continue;
      const unclear = condition.if.find((one) => holds(one, variables) === undefined);
      for (const name of condition.include) {
        const part = await included(name, file, variables, depth);
        if (part === undefined) {
          if (unclear === undefined)
            warn(`${printable(file)} includes ${quoted(name)}, which the source does not have`);
        } else if (unclear === undefined) parts.push(part);
        else if (saysAnything(part)) {
          throw new InvalidManifestLockError(
            `cannot tell whether ${printable(file)} includes ${quoted(name)}: ${quoted(unclear)} is not known here`,
            { hint: `name its repositories in ${path}` },
          );
        }
      }
    }
    return joined(treefile, parts);
  }

  async function included(
    name: string,
    from: string,
    variables: Variables,
    depth: number,
  ): Promise<Manifest | undefined> {
    // An absolute path is one of the builder's image.
    if (name.startsWith('/')) return undefined;
    const file = posix.join(posix.dirname(from), name);
    const text = await files.read(file);
    return text === undefined ? undefined : flattened(text, file, variables, depth + 1);
  }
}

function joined(own: Treefile, parts: readonly Manifest[]): Manifest {
  const unique = (list: readonly string[]) => [...new Set(list)];
  return {
    lockfileRepos: unique([
      ...parts.flatMap(({ lockfileRepos }) => lockfileRepos),
      ...(own['lockfile-repos'] ?? []),
    ]),
    repos: unique([...parts.flatMap(({ repos }) => repos), ...(own.repos ?? [])]),
    releasever: own.releasever ?? parts.find(({ releasever }) => releasever !== undefined)?.releasever,
  };
}

function saysAnything({ lockfileRepos, repos, releasever }: Manifest): boolean {
  return lockfileRepos.length > 0 || repos.length > 0 || releasever !== undefined;
}
