import { access, constants } from 'node:fs/promises';
import { ExpectedError } from '#lib/errors';
import type { Origin } from './origin.ts';

/** Where git looks for a repository at a path, in its order (enter_repo in git's path.c). */
export const SUFFIXES = ['/.git', '', '.git/.git', '.git'] as const;

/** The path of a repository on this machine, as git reads it; undefined for all others. */
export function localPath(url: string): string | undefined {
  if (url.startsWith('/')) return withoutSlash(url);
  if (!url.startsWith('file://')) return undefined;
  const path = withoutSlash(url.slice('file://'.length).replace(/^[^/]*/, ''));
  try {
    return decodeURIComponent(path);
  } catch {
    // git leaves a percent sign as it is that begins no code.
    return path;
  }
}

const withoutSlash = (path: string) => path.replace(/\/+$/, '');

/**
 * Says what git does not, which calls each of these no repository.
 *
 * @throws {ExpectedError} for a repository of this machine that is not there, or that the user of the step may not read
 */
export async function refuseUnreadable({ url }: Origin): Promise<void> {
  const path = localPath(url);
  if (path === undefined) return;
  const states = await Promise.all(SUFFIXES.map((suffix) => stateOf(path + suffix)));
  const state = states.find((one) => one !== 'missing');
  if (state === 'readable') return;
  const isHidden = state === 'hidden';
  throw new ExpectedError(
    isHidden ? `user ${process.getuid?.()} may not read ${path}` : `there is no ${path} where this step runs`,
    {
      kind: 'environment',
      hint: isHidden
        ? 'the steps have a user of their own: git clone --bare puts a copy where everybody may read it, such as below /srv'
        : "is the address of the repository right? Run on a machine's own root a step does not see its /tmp, nor what is mounted further down; git clone --bare puts a copy where it does, such as below /srv",
    },
  );
}

async function stateOf(path: string): Promise<'readable' | 'hidden' | 'missing'> {
  return access(path, constants.R_OK).then(
    () => 'readable',
    ({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'hidden'),
  );
}
