import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CredentialsError } from '../errors.ts';
import { askHelper } from './credential-helper.ts';

export interface Credential {
  readonly username: string;
  readonly password: string;
  /** An OAuth2 refresh token, instead of a password. */
  readonly identityToken?: string;
  /** Where it was found, for messages. */
  readonly source: string;
}

/** Looks for who we are in a registry's repository; undefined means nobody. */
export type Credentials = (registry: string, repository: string) => Promise<Credential | undefined>;

interface AuthFile {
  readonly auths?: Readonly<Record<string, AuthEntry>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

interface AuthEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/**
 * Reads what `docker login`, `podman login` and Tekton leave behind. The first file that knows the registry counts, and in
 * it the most specific entry: registry/namespace/repository, then registry/namespace, then registry
 * (containers-auth.json(5)).
 */
export function readCredentials(
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
  files: readonly string[] = credentialFiles(environment),
): Credentials {
  // Read once for each run: hundreds of blobs ask the same question.
  const parsed = new Map<string, Promise<AuthFile | undefined>>();
  return async (registry, repository) => {
    for (const path of files) {
      if (!parsed.has(path)) parsed.set(path, readAuthFile(path));
      const file = await parsed.get(path);
      const found = file && (await findIn(file, path, registry, repository));
      if (found) return found;
    }
    return undefined;
  };
}

/** In the order in which they are asked. */
export function credentialFiles(environment: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const { DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME, HOME } = environment;
  const home = HOME || homedir();
  return [
    ...(DOCKER_CONFIG ? [join(DOCKER_CONFIG, 'config.json')] : []),
    ...(REGISTRY_AUTH_FILE ? [REGISTRY_AUTH_FILE] : []),
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'containers/auth.json')] : []),
    join(XDG_CONFIG_HOME || join(home, '.config'), 'containers/auth.json'),
    join(home, '.docker/config.json'),
  ];
}

async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CredentialsError(`cannot read the credentials in ${path}`, { cause });
  }
  try {
    return JSON.parse(text) as AuthFile;
  } catch {
    // Without the parser's message: it quotes the file.
    throw new CredentialsError(`the credentials in ${path} are not JSON`, { hint: 'log in again' });
  }
}

async function findIn(
  file: AuthFile,
  path: string,
  registry: string,
  repository: string,
): Promise<Credential | undefined> {
  for (const key of keysFor(registry, repository)) {
    const helper = file.credHelpers?.[key];
    if (helper !== undefined) return askHelper(helper, key);
    const entry = file.auths?.[key];
    // `docker login` with a credsStore leaves an empty entry behind.
    const credential = entry && readEntry(entry, `${path} (${key})`);
    if (credential) return credential;
  }
  if (file.credsStore === undefined || file.credsStore === '') return undefined;
  return askHelper(file.credsStore, registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry);
}

/** Every key under which an entry may stand, the most specific first; docker wrote URLs, once. */
function keysFor(registry: string, repository: string): readonly string[] {
  const parts = repository.split('/');
  const paths = parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`);
  const aliases = registry === 'docker.io' ? ['index.docker.io', 'registry-1.docker.io'] : [];
  const hosts = [registry, ...aliases];
  const urls = hosts.flatMap((host) => [`https://${host}/v1/`, `https://${host}/v2/`, `https://${host}`]);
  return [...paths, ...hosts, ...urls, `http://${registry}`];
}

function readEntry(entry: AuthEntry, source: string): Credential | undefined {
  const identity = entry.identitytoken ? { identityToken: entry.identitytoken } : {};
  if (entry.username && entry.password) {
    return { username: entry.username, password: entry.password, ...identity, source };
  }
  if (!entry.auth) {
    return entry.identitytoken ? { username: '', password: '', ...identity, source } : undefined;
  }
  const decoded = Buffer.from(entry.auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1)
    throw new CredentialsError(`the entry in ${source} is no base64 of user:password`, {
      hint: 'log in again',
    });
  // Some tools pad the password with zero bytes.
  const password = decoded.slice(colon + 1).replace(/\0+$/, '');
  return { username: decoded.slice(0, colon), password, ...identity, source };
}
