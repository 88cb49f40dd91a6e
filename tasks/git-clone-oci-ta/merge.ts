import { ExpectedError } from '#lib/errors';
import { ToolError } from '#lib/process';
import { printable, quoted } from '#lib/text';
import type { Ask, Git } from './git.ts';
import { refuseStrangeName } from './names.ts';

export interface MergeWanted {
  readonly branch: string;
  /** Where the branch is; undefined for the repository that was cloned. */
  readonly url: string | undefined;
  /** Commits of its history; 0 for all. */
  readonly depth: number;
}

/** Runs git with more variables. */
export type GitWith = (env: Readonly<Record<string, string>>) => Git;

/**
 * Merges a branch into what is checked out. The merge has the time of the younger of the two commits, so that the same
 * two give the same merge.
 *
 * @returns the commit after it, which is the one before where the branch is in it already
 * @throws {ExpectedError} for a branch that is not there, and for conflicts, naming the files
 */
export async function mergeBranch(
  gitWith: GitWith,
  { branch, url, depth }: MergeWanted,
  ask: Ask,
): Promise<string> {
  if (branch === '')
    throw new ExpectedError('targetBranch is empty', { kind: 'usage', hint: 'name a branch' });
  refuseStrangeName('targetBranch', branch);
  const git = gitWith({});
  const remote = url === undefined ? 'origin' : 'merge-source';
  if (url !== undefined) await git('remote', 'add', '--', remote, url);
  const limit = depth > 0 ? [`--depth=${depth}`] : [];
  await ask(() => fetchBranch(git, [...limit, '--', remote, branch], branch));
  const ours = await git('rev-parse', 'HEAD');
  const theirs = await git('rev-parse', 'FETCH_HEAD^{commit}');
  await findCommonCommit(git, { ours, theirs, remote, branch }, ask);
  const times = await git('show', '--no-patch', '--format=%ct', ours, theirs);
  const seconds = Math.max(...times.split('\n').map(Number));
  const message = `Merge branch '${branch}' from ${remote} into ${ours}`;
  try {
    const merging = gitWith(author(seconds));
    await merging('merge', '--quiet', '--no-ff', '--allow-unrelated-histories', '-m', message, theirs);
  } catch (error) {
    throw await explained(git, error, `${branch} cannot be merged into ${ours}`);
  }
  return git('rev-parse', 'HEAD');
}

/** As konflux-build-cli names the author of merges. */
function author(seconds: number): Readonly<Record<string, string>> {
  const [name, email, date] = ['Konflux CI Git Clone', 'git-clone@konflux-ci.dev', `${seconds} +0000`];
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}

async function fetchBranch(git: Git, args: readonly string[], branch: string): Promise<void> {
  try {
    await git('fetch', '--force', '--update-head-ok', ...args);
  } catch (error) {
    if (!(error instanceof ToolError) || !error.stderr.includes("couldn't find remote ref")) throw error;
    throw new ExpectedError(`targetBranch ${quoted(branch)} is not in the repository`, {
      kind: 'invalid',
      hint: 'give a branch of mergeSourceRepoUrl, or of url where that is empty',
    });
  }
}

interface Sides {
  readonly ours: string;
  readonly theirs: string;
  readonly remote: string;
  readonly branch: string;
}

/**
 * Without a commit that both sides come from, every file that differs would be a conflict. Where that commit may only lie
 * beyond the depth that was asked for, the rest of the history is fetched.
 */
async function findCommonCommit(git: Git, { ours, theirs, remote, branch }: Sides, ask: Ask): Promise<void> {
  for (const more of [
    ['origin', ours],
    [remote, branch],
  ]) {
    if (await haveCommon(git, ours, theirs)) return;
    if ((await git('rev-parse', '--is-shallow-repository')) !== 'true') return;
    await ask(() => git('fetch', '--unshallow', '--', ...more));
  }
}

async function haveCommon(git: Git, ours: string, theirs: string): Promise<boolean> {
  try {
    return (await git('merge-base', ours, theirs)) !== '';
  } catch (error) {
    if (error instanceof ToolError && error.exitCode === 1) return false;
    throw error;
  }
}

async function explained(git: Git, error: unknown, what: string): Promise<unknown> {
  if (!(error instanceof ToolError)) return error;
  const conflicts = await git('diff', '--name-only', '--diff-filter=U', '-z');
  const files = conflicts.split('\0').filter((one) => one !== '');
  if (files.length === 0) return error;
  const named = files.slice(0, 20).map((file) => printable(file));
  const more = files.length > named.length ? ` and ${files.length - named.length} more` : '';
  return new ExpectedError(`${what}: conflicts in ${named.join(', ')}${more}`, {
    kind: 'invalid',
    hint: 'merge the branch by hand, or build without mergeTargetBranch',
  });
}
