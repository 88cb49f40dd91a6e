import { readFile } from 'node:fs/promises';
import { quoted } from '#lib/text';
import { CredentialsError } from '../../model/errors.ts';
import type { Credential } from './credential.ts';

/** What `docker login`, `podman login` and Tekton leave behind (containers-auth.json(5)). */
export interface AuthFile {
  readonly path: string;
  readonly auths: ReadonlyMap<string, AuthEntry>;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | undefined;
}

export interface AuthEntry {
  readonly auth: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly identitytoken: string | undefined;
}

/**
 * @returns undefined where there is no file
 * @throws {CredentialsError} whose message quotes nothing of the file
 */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CredentialsError(`cannot read the credentials in ${path}`, { cause });
  }
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    // The parser's message is left out, because it quotes the file.
    throw broken(path, 'are not JSON');
  }
  const fields = mapOf(file, path, 'the file');
  const entries = [...mapOf(fields.get('auths'), path, 'auths')];
  const helpers = [...mapOf(fields.get('credHelpers'), path, 'credHelpers')];
  return {
    path,
    auths: new Map(entries.map(([key, entry]) => [key, entryOf(entry, path, key)])),
    credHelpers: new Map(helpers.map(([key, name]) => [key, textOf(name, path, key) ?? ''])),
    credsStore: textOf(fields.get('credsStore'), path, 'credsStore'),
  };
}

function entryOf(entry: unknown, path: string, key: string): AuthEntry {
  const fields = mapOf(entry, path, key);
  const field = (name: string) => textOf(fields.get(name), path, key);
  return {
    auth: field('auth'),
    username: field('username'),
    password: field('password'),
    identitytoken: field('identitytoken'),
  };
}

/** The entries of an object; null counts as absent, as in Go. */
function mapOf(value: unknown, path: string, what: string): ReadonlyMap<string, unknown> {
  if (value === undefined || value === null) return new Map();
  if (typeof value === 'object' && !Array.isArray(value)) return new Map(Object.entries(value));
  throw broken(path, `have no map where one should be: ${quoted(what)}`);
}

function textOf(value: unknown, path: string, what: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw broken(path, `have no text where one should be: ${quoted(what)}`);
}

function broken(path: string, why: string): CredentialsError {
  return new CredentialsError(`the credentials in ${path} ${why}`, { hint: 'log in again' });
}

/**
 * `auth` counts before the plain fields, as in docker. An entry in which podman finds no user, such as an empty one,
 * gives none.
 *
 * @throws {CredentialsError}
 */
export function readEntry(entry: AuthEntry, source: string): Credential | undefined {
  const { auth, username, password, identitytoken } = entry;
  const identity = identitytoken ? { identityToken: identitytoken } : {};
  if (!auth) {
    const isSomebody = username || password || identitytoken;
    return isSomebody
      ? { username: username ?? '', password: password ?? '', ...identity, source }
      : undefined;
  }
  const decoded = decodeBase64(auth, source);
  const colon = decoded.indexOf(':');
  if (colon === -1) {
    throw new CredentialsError(`the entry in ${source} is no base64 of user:password`, {
      hint: 'log in again',
      mayBeNobody: true,
    });
  }
  // Some tools pad the password with zero bytes.
  const secret = decoded.slice(colon + 1).replace(/^\0+|\0+$/g, '');
  const user = decoded.slice(0, colon);
  if (user === '' && secret === '' && identitytoken === undefined) return undefined;
  return { username: user, password: secret, ...identity, source };
}

/** Decodes as strictly as Go's StdEncoding; Node would decode any text to something. */
function decodeBase64(text: string, source: string): string {
  const packed = text.replaceAll(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(packed)) {
    throw new CredentialsError(`the entry in ${source} is no base64 of user:password`, {
      hint: 'log in again',
    });
  }
  return Buffer.from(packed, 'base64').toString('utf8');
}
