import { posix } from 'node:path';
import { InvalidRepoError, parseRepoFile, type Repo } from '#lib/rpm';
import {
  InvalidRepositoryError,
  type Repository,
  RepositoryUnreachableError,
  readRepository,
} from '#lib/rpm-repository';
import { printable } from '#lib/text';
import { InvalidManifestLockError } from './errors.ts';
import { MANIFEST, type Manifest } from './manifest.ts';
import type { SourceFiles } from './source-files.ts';

/** A repository of the manifest, and where it is for one architecture. */
export interface NamedRepository {
  readonly id: string;
  readonly addresses: readonly string[];
}

/**
 * Finds the repositories of a manifest in the `*.repo` files beside it, those for locked packages first. Whether one is
 * enabled does not matter, as for rpm-ostree; `skip_if_unavailable` neither: what is fetched must not depend on it.
 *
 * @throws {InvalidManifestLockError}
 */
export async function findRepositories(
  files: SourceFiles,
  directory: string,
  { manifest, arch }: { readonly manifest: Manifest; readonly arch: string },
): Promise<readonly NamedRepository[]> {
  const wanted = [...new Set([...manifest.lockfileRepos, ...manifest.repos])];
  const place = posix.join(directory, MANIFEST);
  if (wanted.length === 0) throw new InvalidManifestLockError(`${place} names no repository for ${arch}`);
  const known = await readRepoFiles(files, directory, manifest.releasever, arch);
  return wanted.map((id) => {
    const repo = known.get(id);
    if (repo === undefined) {
      throw new InvalidManifestLockError(
        `${place} names the repository ${id}, which no *.repo file beside it has`,
        {
          hint: `they have: ${[...known.keys()].map((one) => printable(one)).join(', ') || 'none'}`,
        },
      );
    }
    return { id, addresses: addressesOf(repo, place) };
  });
}

async function readRepoFiles(
  files: SourceFiles,
  directory: string,
  releasever: string | undefined,
  arch: string,
): Promise<ReadonlyMap<string, Repo>> {
  const values = new Map([
    ['basearch', arch],
    ['arch', arch],
    ...(releasever === undefined ? [] : [['releasever', releasever] as const]),
  ]);
  const repos = new Map<string, Repo>();
  for (const file of (await files.list(directory)).filter((name) => name.endsWith('.repo'))) {
    const path = posix.join(directory, file);
    try {
      for (const repo of parseRepoFile((await files.read(path)) ?? '', values)) {
        if (!repos.has(repo.id)) repos.set(repo.id, repo);
      }
    } catch (error) {
      if (!(error instanceof InvalidRepoError)) throw error;
      throw new InvalidManifestLockError(`cannot read ${printable(path)}: ${error.message}`);
    }
  }
  return repos;
}

function addressesOf({ id, baseurl = [] }: Repo, place: string): readonly string[] {
  if (baseurl.length === 0) {
    throw new InvalidManifestLockError(`the repository ${id} has no baseurl`, {
      hint: 'a metalink or mirrorlist is not supported: mirrors may have other packages than the one that the lock is of',
    });
  }
  const open = baseurl.find((address) => /\$\{?releasever/.test(address));
  if (open === undefined) return baseurl;
  throw new InvalidManifestLockError(`the repository ${id} is of a release, which ${place} does not say`, {
    hint: 'give it releasever',
  });
}

/** @throws {RepositoryUnreachableError | InvalidRepositoryError} which say the repository and the architecture */
export async function readNamed(
  { id, addresses }: NamedRepository,
  options: { readonly arch: string; readonly names: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<Repository & { readonly id: string }> {
  try {
    return { id, ...(await readRepository(addresses, options)) };
  } catch (error) {
    const what = `cannot read the repository ${id} for ${options.arch}`;
    if (error instanceof InvalidRepositoryError) {
      throw new InvalidRepositoryError(`${what}: ${error.message}`, hintOf(error));
    }
    if (error instanceof RepositoryUnreachableError) {
      throw new RepositoryUnreachableError(`${what}: ${error.message}`, hintOf(error));
    }
    throw error;
  }
}

function hintOf({ hint }: { readonly hint: string | undefined }): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}
