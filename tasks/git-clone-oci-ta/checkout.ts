import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { ToolError } from '#lib/process';
import { quoted } from '#lib/text';
import type { Ask, Git } from './git.ts';
import { refuseStrangeName } from './names.ts';

export interface Wanted {
  readonly url: string;
  readonly revision: string;
  readonly refspec: string;
  /** Commits of history; 0 for all. */
  readonly depth: number;
  /** Directories; all of them where there is none. */
  readonly sparse: readonly string[];
  readonly tags: boolean;
  /** Paths of submodules, all where there is none; undefined for no submodules. */
  readonly submodules: readonly string[] | undefined;
}

const TAGS = 'refs/tags/*:refs/tags/*';

/**
 * Makes a checkout in a directory that is empty.
 *
 * @param ask runs what talks to the server
 * @throws {ExpectedError} where the revision is not there
 */
export async function checkOut(directory: string, wanted: Wanted, git: Git, ask: Ask): Promise<void> {
  refuseStrangeName('revision', wanted.revision);
  await git('init', '--quiet', '--template=');
  // git writes the directories of a sparse checkout there, and does not make it.
  await mkdir(join(directory, '.git/info'), { recursive: true });
  if (wanted.sparse.length > 0) await git('sparse-checkout', 'set', '--', ...wanted.sparse);
  await git('remote', 'add', '--', 'origin', wanted.url);
  const depth = wanted.depth > 0 ? [`--depth=${wanted.depth}`] : [];
  const refspecs = wanted.refspec.split(/\s+/).filter((one) => one !== '');
  const named = wanted.revision === '' ? 'HEAD' : wanted.revision;
  const fetched = refspecs.length > 0 ? refspecs : [named];
  await ask(() => fetch(git, [...depth, '--', 'origin', ...fetched], wanted));
  const commit = await commitOf(
    git,
    refspecs.length > 0 && wanted.revision !== '' ? wanted.revision : 'FETCH_HEAD',
  );
  await git('checkout', '--quiet', '--force', '--detach', commit);
  if (wanted.tags) await ask(() => git('fetch', '--force', '--', 'origin', TAGS));
  if (wanted.submodules === undefined) return;
  const paths = wanted.submodules;
  await ask(() => git('submodule', 'update', '--init', '--recursive', '--force', ...depth, '--', ...paths));
  // A shell runs it, and nothing of a stranger is in it.
  if (wanted.tags) {
    await ask(() =>
      git('submodule', '--quiet', 'foreach', '--recursive', `git fetch --force origin '${TAGS}'`),
    );
  }
}

async function fetch(git: Git, args: readonly string[], { revision, refspec, url }: Wanted): Promise<void> {
  try {
    await git('fetch', '--force', '--update-head-ok', ...args);
  } catch (error) {
    const said = error instanceof ToolError ? error.stderr : '';
    if (/couldn't find remote ref|not our ref|unadvertised object/.test(said)) {
      const what = refspec === '' ? `revision ${quoted(revision)}` : `refspec ${quoted(refspec)}`;
      throw new ExpectedError(`${what} is not in ${url}`, {
        kind: 'invalid',
        hint: 'give a branch or a tag that is there, or a commit by its whole id',
      });
    }
    throw error;
  }
}

/** @throws {ExpectedError} where what was fetched has no such commit */
async function commitOf(git: Git, name: string): Promise<string> {
  for (const ref of [name, `refs/remotes/origin/${name}`]) {
    try {
      return await git('rev-parse', '--quiet', '--verify', '--end-of-options', `${ref}^{commit}`);
    } catch (error) {
      if (!(error instanceof ToolError) || error.exitCode === undefined) throw error;
    }
  }
  throw new ExpectedError(`revision ${quoted(name)} is not in what refspec has fetched`, {
    kind: 'invalid',
    hint: 'give a refspec that brings it',
  });
}
