import { lutimes, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import { walk } from './walk.ts';

/** What git notes of a checkout's making, and nobody reads who has not made it. */
const NOTES = ['FETCH_HEAD', 'ORIG_HEAD', 'logs'];

/** Writes the index without the inodes and times of the files of this machine, and removes the notes. */
const INSIDE = `git read-tree HEAD; cd "$(git rev-parse --absolute-git-dir)" && rm -rf ${NOTES.join(' ')}`;

/**
 * Leaves of a checkout what its commit is, so that two clones of one commit are equal. Files have the time of the commit.
 * The index of a sparse checkout stays as it is, as it says which files are left out.
 */
export async function tidy(
  directory: string,
  git: Git,
  { isSparse, hasSubmodules }: { readonly isSparse: boolean; readonly hasSubmodules: boolean },
): Promise<void> {
  if (!isSparse) await git('read-tree', 'HEAD');
  if (hasSubmodules) await git('submodule', '--quiet', 'foreach', '--recursive', INSIDE);
  for (const name of NOTES) await rm(join(directory, '.git', name), { recursive: true, force: true });
  const seconds = Number(await git('show', '--no-patch', '--format=%ct', 'HEAD'));
  const root = Buffer.from(directory);
  for await (const { path } of walk(root)) await lutimes(path, seconds, seconds);
  await lutimes(root, seconds, seconds);
}
