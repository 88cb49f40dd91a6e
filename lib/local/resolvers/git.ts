import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { run, ToolError } from '#lib/process';
import { printable, quoted } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';
import { resolved } from './bundles.ts';
import type { ResolvedText, ResolverCache } from './cache.ts';
import { parseGitUrl } from './git-url.ts';
import type { Resolver } from './resolve.ts';
import { readResolverParams } from './resolver-params.ts';

const viaApi = 'asks the API of a forge with a token of the cluster; give url instead';
const needsCluster = {
  org: viaApi,
  repo: viaApi,
  token: viaApi,
  tokenKey: viaApi,
  scmType: viaApi,
  serverURL: viaApi,
  gitToken: "names a Secret of a cluster; git's own credentials hold here",
  gitTokenKey: "names a Secret of a cluster; git's own credentials hold here",
  configKey: 'names a ConfigMap of a cluster',
};

const TIMEOUT = 60_000;

/** From a file in a git repository, by git itself (pkg/resolution/resolver/git). A commit is asked for once. */
export function gitResolver(cache: ResolverCache): Resolver {
  return async (_kind, params, signal) => {
    const values = readResolverParams(params, ['url', 'revision', 'pathInRepo'], needsCluster);
    const { url, login } = parseGitUrl(values.needed('url'));
    const revision = checkedRevision(values.optional('revision') ?? 'main');
    const path = checkedPath(values.needed('pathInRepo'));
    const load = () => fetchFile({ url, login, revision, path, signal });
    const isCommit = /^[0-9a-f]{40}$/.test(revision);
    return resolved(await (isCommit ? cache.get(`git\0${url}\0${revision}\0${path}`, load) : load()));
  };
}

interface File {
  readonly url: string;
  /** What git is told of who asks, in its environment: everybody on this machine can read arguments. */
  readonly login: Readonly<Record<string, string>>;
  readonly revision: string;
  readonly path: string;
  readonly signal: AbortSignal;
}

async function fetchFile({ url, login, revision, path, signal }: File): Promise<ResolvedText> {
  const directory = await mkdtemp(join(tmpdir(), 'bootc-catalog-git-'));
  const git = async (...args: string[]) =>
    (
      await run('git', [...safely, '-C', directory, ...args], {
        env: { ...env, ...login },
        signal,
        timeout: TIMEOUT,
      })
    ).stdout;
  try {
    await git('init', '--quiet', '--bare');
    await git('fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--', url, revision);
    const commit = (await git('rev-parse', 'FETCH_HEAD^{commit}')).trim();
    const text = await git('cat-file', 'blob', `${commit}:${path}`);
    return { text, uri: `git+${url}`, digest: { sha1: commit }, entryPoint: path };
  } catch (cause) {
    if (!(cause instanceof ToolError)) throw cause;
    throw new InvalidRunError(
      `cannot read ${printable(path)} of ${printable(url)} at ${revision}: ${printable(lastLine(cause))}`,
      { cause },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Nothing that the repository or the address brings is run, and nobody is asked for a password. */
const safely = [
  '-c',
  'protocol.ext.allow=never',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
];
const env = { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', LC_ALL: 'C' };

/** A branch, tag or commit; nothing that git would take for an option or a list of two refs. */
function checkedRevision(revision: string): string {
  if (/^[A-Za-z0-9_][\w./-]*$/.test(revision) && !revision.includes('..')) return revision;
  throw new InvalidRunError(`not a revision: ${quoted(revision)}`);
}

function checkedPath(path: string): string {
  const normal = posix.normalize(path).replace(/^\/+/, '');
  if (normal !== '' && normal !== '.' && !normal.startsWith('..') && !normal.includes('\0')) return normal;
  throw new InvalidRunError(`not a path in a repository: ${quoted(path)}`);
}

function lastLine({ stderr }: ToolError): string {
  return (
    stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^(?:fatal|error): /, '') ?? 'git failed'
  );
}
