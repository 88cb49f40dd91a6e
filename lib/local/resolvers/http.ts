import { createHash } from 'node:crypto';
import { InvalidRunError } from '../errors.ts';
import { secretData } from '../key-value-data.ts';
import type { Objects } from '../objects.ts';
import type { Resolver } from '../resolve.ts';
import { resolved } from './bundles.ts';
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
    const url = checkedUrl(values.needed('url'));
    const headers = authorization(values, secrets);
    const text = await download(url, headers, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]));
    const digest = createHash('sha256').update(text).digest('hex');
    return resolved({ text, uri: url.href, digest: { sha256: digest }, entryPoint: '' });
  };
}

type Secrets = Objects['secrets'];

function authorization(values: ResolverParams, secrets: Secrets): Readonly<Record<string, string>> {
  const username = values.optional('http-username');
  const name = values.optional('http-password-secret');
  if (username === undefined && name === undefined) return {};
  if (username === undefined || name === undefined)
    throw new InvalidRunError('the params http-username and http-password-secret go together');
  const key = values.optional('http-password-secret-key') ?? 'password';
  const password = secretData({ secrets }, name)?.get(key);
  if (!password) throw new InvalidRunError(`secret "${name}" has no key ${key}`);
  const pair = Buffer.concat([Buffer.from(`${username}:`), password]);
  return { authorization: `Basic ${pair.toString('base64')}` };
}

async function download(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  // A redirect to another host goes without them.
  const response = await fetch(url, { headers, signal }).catch((cause: unknown) => {
    const { message } = ((cause as Error).cause ?? cause) as Error;
    throw new InvalidRunError(`error fetching URL ${url.href}: ${message}`, { cause });
  });
  // In upstream's words.
  if (!response.ok) {
    await response.body?.cancel();
    throw new InvalidRunError(`requested URL '${url.href}' is not found or returned ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LIMIT) throw new InvalidRunError(`${url.href} has more than ${LIMIT} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function checkedUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new InvalidRunError(`url ${text} is not a valid http(s) url`);
}
