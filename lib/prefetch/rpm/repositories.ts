import { utimes } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { makeSlots, run } from '#lib/process';
import { readPackageFile } from '#lib/rpm';
import { placeOf, type WantedFile } from './plan.ts';
import type { FetchedPackage } from './purl.ts';

/** A directory of packages, for one architecture. */
export interface Repository {
  readonly arch: string;
  readonly id: string;
  /** In the order of the lock. */
  readonly packages: readonly FetchedPackage[];
}

export interface Repositories {
  readonly all: readonly Repository[];
  /** Takes a file that has come. */
  readonly add: (file: WantedFile, path: string) => Promise<void>;
}

export function makeRepositories(files: readonly WantedFile[]): Repositories {
  const fetched = new Map<WantedFile, FetchedPackage>();
  const keys = new Map(files.map(({ arch, repository }) => [`${arch}/${repository}`, { arch, repository }]));
  return {
    get all() {
      const names = [...keys.keys()].sort();
      return names.flatMap((name) => {
        const { arch = '', repository = '' } = keys.get(name) ?? {};
        const packages = files.flatMap((file) => {
          const one = fetched.get(file);
          return one !== undefined && file.arch === arch && file.repository === repository ? [one] : [];
        });
        return [{ arch, id: repository, packages }];
      });
    },
    async add(file, path) {
      // Metadata of modules is no package; createrepo_c takes it in.
      if (extname(file.name) === '.rpm') fetched.set(file, { file, header: await readPackageFile(path) });
    },
  };
}

/** createrepo_c keeps a processor busy with what it compresses. */
const AT_ONCE = 2;

/** Makes the metadata of each repository; two runs of it are equal. */
export async function indexRepositories(
  repositories: readonly Repository[],
  directory: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const slots = makeSlots(AT_ONCE);
  await Promise.all(
    repositories.map(async (repository) => {
      const free = await slots.take(signal);
      try {
        await index(repository, join(directory, repository.arch, repository.id), directory, signal);
      } finally {
        free();
      }
    }),
  );
}

async function index(
  repository: Repository,
  path: string,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  // createrepo_c writes down when a file was changed, and when it ran itself.
  for (const { file, header } of repository.packages) {
    const time = header.buildTime ?? 0;
    await utimes(join(directory, placeOf(file)), time, time);
  }
  const times = ['--revision', String(newest([repository])), '--set-timestamp-to-revision'];
  await run('createrepo_c', ['--quiet', '--general-compress-type', 'gz', ...times, path], { signal });
}

/** Seconds since 1970 at which the youngest package was built. */
export function newest(repositories: readonly Repository[]): number {
  let time = 0;
  for (const { packages } of repositories)
    for (const { header } of packages) time = Math.max(time, header.buildTime ?? 0);
  return time;
}
