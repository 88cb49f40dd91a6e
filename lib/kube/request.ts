import { askOnce, isTransientStatus, pause, waitBefore } from '#lib/http';
import { jsonOf, printable } from '#lib/text';
import type { ClusterAccess } from './access.ts';
import { ClusterError } from './errors.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Call {
  /** Path of the API: `/api/v1/namespaces/a/configmaps/b`. */
  readonly path: string;
  /** What is done, for an error: `cannot read ConfigMap a/b`. */
  readonly cannot: string;
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly body?: { readonly type: string; readonly content: unknown };
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds for an answer. */
const TIMEOUT = 15_000;
/** Bytes of an answer; etcd keeps no object over 1.5 MiB. */
const MOST = 4 * 1024 * 1024;
const RETRY = { attempts: 5, delay: 500, maxDelay: 30_000 };

/**
 * Asks the API, and again where that can help: for 409, where somebody else was writing, 429, 5xx, and a connection that
 * broke. All that is asked here has the same effect twice as once. Credentials go to the server that the cluster's
 * authorities vouch for, and through no proxy.
 *
 * @throws {ClusterError} where no whole answer comes
 */
export async function askCluster(access: ClusterAccess, call: Call): Promise<Answer> {
  const { cannot, signal } = call;
  for (let attempt = 1; ; attempt++) {
    let failure = '';
    let retryAfter: string | undefined;
    try {
      const answer = await once(access, call);
      if (!isTransientStatus(answer.status) && answer.status !== 409) return answer;
      failure = `the API of the cluster said ${answer.status}${saidIn(answer.text)}`;
      ({ retryAfter } = answer);
    } catch (error) {
      signal?.throwIfAborted();
      failure = (error as Error).message;
    }
    const wait = attempt === RETRY.attempts ? undefined : waitBefore(attempt, retryAfter, RETRY);
    if (wait === undefined)
      throw new ClusterError(`${cannot}: ${failure}`, {
        hint: 'is the API of the cluster reachable from this pod? try again later',
      });
    await pause(wait, signal);
  }
}

/** The answer is none that is understood. */
export function refusal({ status, text }: Answer, cannot: string): ClusterError {
  if (status === 200 || status === 201)
    return new ClusterError(`${cannot}: the API of the cluster gave something else`);
  return new ClusterError(`${cannot}: the API of the cluster said ${status}${saidIn(text)}`, {
    hint: status === 401 ? 'the token of the pod is not valid there: start the run again' : 'try again later',
  });
}

async function once(
  { url, ca, token, certificate }: ClusterAccess,
  { path, method = 'GET', body, signal }: Call,
): Promise<Answer & { readonly retryAfter: string | undefined }> {
  const timeout = AbortSignal.timeout(TIMEOUT);
  return askOnce(new URL(`${url.pathname.replace(/\/$/, '')}${path}`, url), {
    ca,
    ...certificate,
    method,
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': body.type }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body.content) }),
    limit: MOST,
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
}

/** What the API says in its object Status. */
function saidIn(text: string): string {
  const value = jsonOf(text) as { readonly kind?: unknown; readonly message?: unknown } | null | undefined;
  return value?.kind === 'Status' && typeof value.message === 'string' ? `: ${printable(value.message)}` : '';
}
