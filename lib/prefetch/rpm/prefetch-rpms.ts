import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceDirectory } from '#lib/process';
import { PrefetchError } from '../errors.ts';
import type { RpmPackage } from '../input.ts';
import type { Netrc } from '../netrc.ts';
import { fetchFiles } from './fetch-files.ts';
import { planFiles, unverified } from './plan.ts';
import { readLocks } from './read-locks.ts';
import type { DnfOptions } from './repo-file.ts';
import { indexRepositories, makeRepositories } from './repositories.ts';
import type { SbomType } from './sbom.ts';
import { writeTree } from './write-tree.ts';

export interface PrefetchOptions {
  /** Directory of the source, which the paths of the input are relative to. */
  readonly source: string;
  /** Directory that is made, or replaced when all is there: `output`, cachi2.env, prefetch.env, prefetch-env.json. */
  readonly target: string;
  /** `strict` refuses a package without a checksum, `permissive` tells it. */
  readonly mode: 'strict' | 'permissive';
  readonly sbomType: SbomType;
  readonly netrc?: Netrc | undefined;
  /** Authorities to trust beside those that Node.js trusts, in PEM. */
  readonly ca?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds in which something must come. */
  readonly idleTimeout?: number | undefined;
  readonly log?: { readonly info: (line: string) => void; readonly warn: (line: string) => void } | undefined;
}

/** Milliseconds between two lines that tell how far it is. */
const TELL_EACH = 5_000;

/**
 * Fetches what the rpms.lock.yaml of each package names, as hermeto does: a repository for each architecture and repository
 * of the lock, the file that names them to dnf, and an SBOM. Two runs of equal locks give equal trees: names, bytes and
 * times come from locks and packages alone.
 *
 * @throws {InvalidPrefetchInputError} when a path is none, or has no lock
 * @throws {PrefetchError} when a lock asks for what is refused, or files cannot be had; `target` is as it was
 */
export async function prefetchRpms(packages: readonly RpmPackage[], options: PrefetchOptions): Promise<void> {
  const { target, mode, sbomType, signal, log } = options;
  const wanted = planFiles(await readLocks(packages, options.source), mode === 'strict');
  for (const line of unverified(wanted)) log?.warn(`without a checksum nobody knows what it is: ${line}`);
  const hosts = new Set(wanted.map(({ url }) => url.host));
  log?.info(`${wanted.length} files are fetched from ${[...hosts].join(', ') || 'nowhere'}`);
  await replaceDirectory(target, async (fresh) => {
    const directory = join(fresh, 'output/deps/rpm');
    await mkdir(directory, { recursive: true });
    const repositories = makeRepositories(wanted);
    let count = 0;
    const timer = setInterval(() => log?.info(`${count} of ${wanted.length} files are there`), TELL_EACH);
    try {
      await fetchFiles(wanted, {
        ...options,
        directory,
        check: async (file, path) => {
          await repositories.add(file, path);
          count++;
        },
      });
    } finally {
      clearInterval(timer);
    }
    log?.info(`${wanted.length} files are there, and as the lock says`);
    await indexRepositories(repositories.all, directory, signal);
    await writeTree(fresh, repositories.all, { dnf: dnfOptions(packages), sbomType });
  });
}

/**
 * Looks whether the locks are what `prefetchRpms` would fetch, and fetches nothing.
 *
 * @throws {InvalidPrefetchInputError} {PrefetchError}
 */
export async function checkLocks(
  packages: readonly RpmPackage[],
  { source, mode }: Pick<PrefetchOptions, 'source' | 'mode'>,
): Promise<void> {
  planFiles(await readLocks(packages, source), mode === 'strict');
}

/** hermeto takes the options of the last package that has some, for all repositories; two are one too many. */
function dnfOptions(packages: readonly RpmPackage[]): DnfOptions | undefined {
  const given = packages.flatMap(({ options }) => (options?.dnf ? [options.dnf] : []));
  if (given.length > 1) {
    throw new PrefetchError(`${given.length} packages of the input have options of dnf`, {
      hint: 'there is one repository file for all: write the options of all repositories into one of them',
    });
  }
  return given[0];
}
