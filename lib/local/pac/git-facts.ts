import { basename, dirname } from 'node:path';
import { run, ToolError } from '#lib/process';
import { InvalidRunError } from '../model/errors.ts';
import type { PacValues } from './fill-placeholders.ts';

/** Name of a Secret that is made for the run; on a cluster it holds a token of the forge's application. */
export const GIT_AUTH_SECRET = 'pac-gitauth';

/**
 * What Pipelines-as-Code would say of a push of the commit that is checked out (docs, "Dynamic variables"); what a forge
 * alone knows, such as the number of a pull request, is not among it.
 *
 * @throws {InvalidRunError} when the directory is in no git repository, or has no commit
 */
export async function gitFacts(directory: string): Promise<PacValues> {
  const git = async (...args: string[]) => (await run('git', ['-C', directory, ...args])).stdout.trim();
  const maybe = async (...args: string[]) =>
    git(...args).catch((error: unknown) => {
      if (error instanceof ToolError) return '';
      throw error;
    });
  const revision = await maybe('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  if (revision === '') {
    throw new InvalidRunError(`${directory} is in no git repository with a commit`, {
      hint: 'values for {{ }} come from there; or give them with --pac-param',
    });
  }
  const [branch, tag, sender, title, remote] = await Promise.all([
    maybe('symbolic-ref', '--quiet', '--short', 'HEAD'),
    maybe('describe', '--tags', '--exact-match', 'HEAD'),
    maybe('config', 'user.name'),
    git('show', '--no-patch', '--format=%s', revision),
    maybe('remote', 'get-url', 'origin'),
  ]);
  const top = await git('rev-parse', '--show-toplevel');
  const url = asHttps(remote) || `file://${top}`;
  const path = url.replace(/\.git$/, '');
  const known = branch || tag || revision;
  return new Map([
    ['revision', revision],
    ['repo_url', path],
    ['source_url', path],
    ['target_url', path],
    ['repo_owner', basename(dirname(path))],
    ['repo_name', basename(path)],
    ['source_branch', known],
    ['target_branch', known],
    ['git_tag', tag],
    ['sender', sender],
    ['event_type', 'push'],
    ['event', 'push'],
    ['event_title', title],
    ['trigger_comment', ''],
    ['pull_request_labels', ''],
    ['target_namespace', 'default'],
    ['git_auth_secret', GIT_AUTH_SECRET],
  ]);
}

/** A forge gives the address for browsers and https, whatever the clone was made with; no password stays in it. */
function asHttps(remote: string): string {
  const scp = /^[\w.-]+@([\w.-]+):(.+)$/.exec(remote);
  if (scp !== null) return `https://${scp[1]}/${scp[2]}`;
  const url = URL.parse(remote);
  if (url === null) return remote.startsWith('/') ? `file://${remote}` : '';
  if (url.protocol === 'ssh:') return `https://${url.hostname}${url.pathname}`;
  url.username = '';
  url.password = '';
  return url.href;
}
