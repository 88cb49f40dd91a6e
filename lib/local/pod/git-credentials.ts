import { type CredentialEntry, type CredentialFile, required } from './credential-entry.ts';

/** Configuration of git and ssh from secrets with user and password, and with a key (pkg/credentials/gitcreds). */
export function gitFiles(
  basic: readonly CredentialEntry[],
  ssh: readonly CredentialEntry[],
): readonly CredentialFile[] {
  const sshParts = sshFiles(ssh);
  const config = [
    ...(basic.length > 0 ? ['[credential]\n\thelper = store\n'] : []),
    ...basic.map(credentialSection),
    ...sshParts.gitConfig,
  ].join('');
  return [
    ...(config === '' ? [] : [{ path: '.gitconfig', content: config }]),
    ...(basic.length > 0 ? [{ path: '.git-credentials', content: storedCredentials(basic) }] : []),
    ...sshParts.files,
  ];
}

function credentialSection({ secret, url, data }: CredentialEntry): string {
  const username = required(secret, 'username', data).replaceAll('\\', '\\\\');
  const path = hasPath(url) ? '\tuseHttpPath = true\n' : '';
  return `[credential "${url}"]\n\tusername = ${username}\n${path}`;
}

/** What holds for a whole host comes first: the rest is more exact. */
function storedCredentials(entries: readonly CredentialEntry[]): string {
  const sorted = entries.toSorted((a, b) => Number(hasPath(a.url)) - Number(hasPath(b.url)));
  return sorted.map((entry) => `${withUser(entry)}\n`).join('');
}

function withUser({ secret, url, data }: CredentialEntry): string {
  const user = encodeURIComponent(required(secret, 'username', data));
  const password = encodeURIComponent(required(secret, 'password', data));
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?/i, `$1${user}:${password}@`);
}

function hasPath(url: string): boolean {
  return !/^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/]*\/?$/i.test(url);
}

function sshFiles(entries: readonly CredentialEntry[]) {
  if (entries.length === 0) return { files: [], gitConfig: [] };
  const byUrl = Map.groupBy(entries, ({ url }) => url);
  const sorted = [...byUrl].sort(([a], [b]) => Number(a.includes('/')) - Number(b.includes('/')));
  const hosts = sorted.map(([url, list]) => ({ ...parseSshUrl(url), list }));
  const config = hosts.map(({ host, port, alias, list }) => {
    const keys = list.map(({ secret }) => `    IdentityFile /tekton/creds/.ssh/id_${secret}\n`);
    return `Host ${alias}\n    HostName ${host}\n    Port ${port}\n${keys.join('')}`;
  });
  const known = entries.flatMap(({ data }) => data.get('known_hosts') ?? []);
  const files: readonly CredentialFile[] = [
    { path: '.ssh/config', content: config.join('') },
    ...(known.length > 0 ? [{ path: '.ssh/known_hosts', content: known.join('\n') }] : []),
    ...[...new Map(entries.map((entry) => [entry.secret, entry])).values()].map(({ secret, data }) => ({
      path: `.ssh/id_${secret}`,
      content: required(secret, 'ssh-privatekey', data),
    })),
  ];
  return { files, gitConfig: hosts.flatMap(insteadOf) };
}

interface SshHost {
  readonly host: string;
  readonly port: string;
  readonly path: string;
  /** The host itself, or a name of its own for one repository. */
  readonly alias: string;
}

function parseSshUrl(url: string): SshHost {
  const [, where = '', path = ''] = /^([^/]*)(\/.*)?$/s.exec(url) ?? [];
  const [, host = where, port = '22'] = /^(.*):(\d+)$/.exec(where) ?? [];
  const repository = path.replace(/^\//, '');
  return {
    host,
    port,
    path: repository,
    alias: path === '' ? host : `${host}--${repository.replaceAll('/', '--')}`,
  };
}

/** So that git takes the key that is meant for a repository. */
function insteadOf({ host, port, path, alias }: SshHost): readonly string[] {
  if (path === '') return [];
  const address = port === '22' ? host : `${host}:${port}`;
  return [
    `[url "git@${alias}:${path}.git"]\n\tinsteadOf = git@${host}:${path}.git\n`,
    `[url "ssh://${alias}/${path}.git"]\n\tinsteadOf = ssh://${address}/${path}.git\n`,
  ];
}
