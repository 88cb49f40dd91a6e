import { BackendError } from '../model/errors.ts';
import { secretData } from '../objects/key-value-data.ts';
import type { Objects } from '../objects/objects.ts';
import { type CredentialEntry, type CredentialFile, required } from './credential-entry.ts';
import { gitFiles } from './git-credentials.ts';

export interface Credentials {
  /** Names of the secrets that take part; each is mounted at /tekton/creds-secrets/<name>. */
  readonly secrets: readonly string[];
  readonly files: readonly CredentialFile[];
}

/**
 * What Tekton's entrypoint makes of the secrets of a service account: files for git, ssh and docker
 * (pkg/credentials). An account that is not among the objects has none of its own.
 *
 * @throws {BackendError} for a secret without what its type promises
 */
export function credentialsOf(serviceAccount: string, objects: Objects): Credentials {
  const { secrets: own = [] } = objects.serviceAccounts.get(serviceAccount) ?? {};
  const named = [...own.flatMap(({ name }) => name ?? []), ...(objects.linkedSecrets ?? [])];
  // Tekton only warns of one that is not there.
  const secrets = [...new Set(named)].filter((name) => objects.secrets.has(name));
  const entries = (type: string, prefix: string) =>
    secrets
      .filter((name) => typeOf(name, objects) === type)
      .flatMap((name) => entriesOf(name, prefix, objects));
  const git = gitFiles(
    entries('kubernetes.io/basic-auth', 'tekton.dev/git-'),
    entries('kubernetes.io/ssh-auth', 'tekton.dev/git-'),
  );
  const docker = dockerAuths(secrets, entries('kubernetes.io/basic-auth', 'tekton.dev/docker-'), objects);
  const files = [...git, ...(docker ? [{ path: '.docker/config.json', content: docker }] : [])];
  return { files, secrets: files.length === 0 ? [] : secrets };
}

function typeOf(name: string, objects: Objects): string {
  return objects.secrets.get(name)?.type ?? 'Opaque';
}

function entriesOf(name: string, prefix: string, objects: Objects): readonly CredentialEntry[] {
  const annotations = objects.secrets.get(name)?.metadata?.annotations ?? {};
  const urls = Object.entries(annotations).flatMap(([key, url]) => (key.startsWith(prefix) ? [url] : []));
  const data = texts(name, objects);
  return urls.sort().map((url) => ({ secret: name, url, data }));
}

function texts(name: string, objects: Objects): ReadonlyMap<string, string> {
  return new Map(
    Array.from(secretData(objects, name) ?? [], ([key, value]) => [key, value.toString('utf8')]),
  );
}

/** An entry with an annotation wins over others for the same registry (pkg/credentials/dockercreds). */
function dockerAuths(
  secrets: readonly string[],
  basic: readonly CredentialEntry[],
  objects: Objects,
): string | undefined {
  const auths: Record<string, unknown> = {};
  for (const name of secrets) {
    if (typeOf(name, objects) === 'kubernetes.io/dockercfg') {
      Object.assign(auths, parsed(required(name, '.dockercfg', texts(name, objects)), name));
    }
  }
  for (const name of secrets) {
    if (typeOf(name, objects) !== 'kubernetes.io/dockerconfigjson') continue;
    const content = parsed(required(name, '.dockerconfigjson', texts(name, objects)), name);
    Object.assign(auths, content.auths);
  }
  for (const { secret, url, data } of basic) {
    const username = required(secret, 'username', data);
    const password = required(secret, 'password', data);
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    auths[url] = { username, password, auth, email: 'not@val.id' };
  }
  return Object.keys(auths).length === 0 ? undefined : JSON.stringify({ auths });
}

function parsed(text: string, name: string): Readonly<Record<string, object>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, object>>;
  } catch {
    // Not with what it holds: that is secret.
    throw new BackendError(`secret "${name}" holds no JSON`, { reason: 'CreateContainerConfigError' });
  }
}
