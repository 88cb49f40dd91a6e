import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '#lib/process';

/** A file's content, a link's target, or null for one that goes. */
export type Change = string | { readonly link: string } | null;

export interface GitRepository {
  readonly path: string;
  git(...args: readonly string[]): Promise<string>;
  /** Commits changes on the branch that is checked out; the id of the commit. */
  commit(changes: Readonly<Record<string, Change>>): Promise<string>;
}

/** A repository with the branch main, made by git itself; its commits are a minute apart, from 2026-01-01 on. */
export async function makeGitRepository(path: string): Promise<GitRepository> {
  mkdirSync(path, { recursive: true });
  let minutes = 0;
  const git = async (...args: readonly string[]) => {
    const date = new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
    const { stdout } = await run('git', args, {
      cwd: path,
      env: {
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.com',
        GIT_COMMITTER_DATE: date,
      },
    });
    return stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch=main');
  return {
    path,
    git,
    async commit(changes) {
      for (const [name, change] of Object.entries(changes)) write(join(path, name), change);
      minutes += 1;
      await git('add', '--all');
      await git('commit', '--quiet', '--message', `change ${minutes}`);
      return git('rev-parse', 'HEAD');
    },
  };
}

function write(file: string, change: Change): void {
  rmSync(file, { force: true, recursive: true });
  if (change === null) return;
  mkdirSync(dirname(file), { recursive: true });
  if (typeof change === 'string') writeFileSync(file, change);
  else symlinkSync(change.link, file);
}
