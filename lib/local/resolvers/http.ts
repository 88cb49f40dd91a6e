import { createHash } from 'node:crypto';
import { DownloadError, get, TooLargeError } from '#lib/http';
import { type Address, parseAddress, printable, type Userinfo, withoutUserinfo } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';
import { secretData } from '../objects/key-value-data.ts';
import type { Objects } from '../objects/objects.ts';
import { resolved } from './bundles.ts';
import type { Resolver } from './resolve.ts';
import { type ResolverParams, readResolverParams } from './resolver-params.ts';

const TIMEOUT = 60_000;
/** More than a cluster can resolve. */
const LIMIT = 4 * 1024 * 1024;

const known = ['url', 'http-username', 'http-password-secret', 'http-password-secret-key'];

/**
 * From a web server (pkg/resolution/resolver/http); what it gives today it may not give tomorrow, so nothing is kept. Its
 * password is in one of the Secrets.
 */
export function httpResolver(secrets: Secrets = new Map()): Resolver {
  return async (_kind, params, signal) => {
    const values = readResolverParams(params, known);
    const { url, userinfo } = checkedAddress(values.needed('url'));
    const login = loginOf(values, secrets) ?? userinfo;
    const text = await download(url, login, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]));
    const digest = createHash('sha256').update(text).digest('hex');
    return resolved({ text, uri: url.href, digest: { sha256: digest }, entryPoint: '' });
  };
}

type Secrets = Objects['secrets'];

function loginOf(values: ResolverParams, secrets: Secrets): Userinfo | undefined {
  const username = values.optional('http-username');
  const name = values.optional('http-password-secret');
  if (username === undefined && name === undefined) return undefined;
  if (username === undefined || name === undefined)
    throw new InvalidRunError('the params http-username and http-password-secret go together');
  const key = values.optional('http-password-secret-key') ?? 'password';
  const password = secretData({ secrets }, name)?.get(key);
  if (!password) throw new InvalidRunError(`secret "${name}" has no key ${key}`);
  return { username, password: password.toString('utf8') };
}

/** In upstream's words. Redirects are followed wherever they lead, as Go's client does, there without the password. */
async function download(url: URL, userinfo: Userinfo | undefined, signal: AbortSignal): Promise<string> {
  const options = { limit: LIMIT, userinfo, signal, redirectHosts: 'any' } as const;
  const document = await get(url, options).catch((error: unknown) => {
    if (error instanceof TooLargeError) throw new InvalidRunError(error.message);
    if (!(error instanceof DownloadError)) throw error;
    const { status, message } = error;
    if (status === undefined) throw new InvalidRunError(`error fetching URL ${url.href}: ${message}`);
    throw new InvalidRunError(`requested URL '${url.href}' is not found or returned ${status}`);
  });
  if (document === undefined) {
    throw new InvalidRunError(`requested URL '${url.href}' is not found or returned 404`);
  }
  return document.bytes.toString('utf8');
}

function checkedAddress(text: string): Address {
  const address = parseAddress(text);
  if (address !== undefined && /^https?:$/.test(address.url.protocol)) return address;
  throw new InvalidRunError(`url ${printable(withoutUserinfo(text, '***@'))} is not a valid http(s) url`);
}
