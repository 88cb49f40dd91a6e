import { createHash } from 'node:crypto';
import { InvalidRunError } from '../errors.ts';
import type { Resolver } from '../resolve.ts';
import { resolved } from './bundles.ts';
import { readResolverParams } from './resolver-params.ts';

const needsCluster = {
  'http-username': 'goes with a Secret of a cluster',
  'http-password-secret': 'names a Secret of a cluster',
  'http-password-secret-key': 'names a Secret of a cluster',
};

const TIMEOUT = 60_000;
/** More than a cluster can resolve. */
const LIMIT = 4 * 1024 * 1024;

/** From a web server (pkg/resolution/resolver/http); what it gives today it may not give tomorrow, so nothing is kept. */
export function httpResolver(): Resolver {
  return async (_kind, params, signal) => {
    const url = checkedUrl(readResolverParams(params, ['url'], needsCluster).needed('url'));
    const text = await download(url, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]));
    const digest = createHash('sha256').update(text).digest('hex');
    return resolved({ text, uri: url.href, digest: { sha256: digest }, entryPoint: '' });
  };
}

async function download(url: URL, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
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
