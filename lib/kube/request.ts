import { askOnce } from '#lib/http';
import type { ClusterAccess } from './access.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds for an answer. */
const TIMEOUT = 15_000;
/** Bytes of an answer; etcd keeps no object over 1.5 MiB. */
const MOST = 4 * 1024 * 1024;

/**
 * One GET to the API. The token goes to the server that the cluster's authorities vouch for, and through no proxy.
 *
 * @throws {Error} where no whole answer comes
 */
export async function request(
  { url, ca, token }: ClusterAccess,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT);
  return askOnce(new URL(path, url), {
    ca,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    limit: MOST,
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
}
