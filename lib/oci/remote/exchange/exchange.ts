import { isTransientStatus, pause, type RetryOptions, waitBefore } from '#lib/http';
import { collect, limited, streamOf } from '../../model/content.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { parseChallenge } from '../auth/challenge.ts';
import { isTransientFailure } from '../http/retry.ts';
import { ConnectionFailure, type HttpRequest, type HttpResponse, type Transport } from '../http/transport.ts';
import { unreachable } from '../http/unreachable.ts';
import type { Call } from './call.ts';
import { refusal } from './refusal.ts';

export interface Exchange {
  /**
   * Sends it with authorization, follows redirects, and tries again where that can help.
   * @throws {NotFoundError} {@link UnauthorizedError} {@link RegistryError} {@link UnreachableError}
   */
  call(call: Call): Promise<HttpResponse>;
  /** Sends it without our authorization, for token servers; any status is returned, after the same retries. */
  plain(request: HttpRequest, doing: string, attempts?: number): Promise<HttpResponse>;
}

interface ExchangeOptions {
  readonly transport: Transport;
  readonly retry: RetryOptions;
  readonly authenticator: () => Authenticator;
  readonly userAgent: string;
  readonly onRetry: ((what: string, milliseconds: number) => void) | undefined;
}

interface Persistence {
  readonly attempts: number;
  /** Whether a later try may go better; undefined stands for no answer at all. */
  readonly isWorthWaiting?: (response: HttpResponse | undefined) => boolean;
}

const MAX_REDIRECTS = 5;
const MAX_TOKEN = 1024 * 1024;

export function createExchange(options: ExchangeOptions): Exchange {
  const { transport, retry } = options;
  const alive = new Set<string>();

  /** Tries until an answer is worth returning; an error that it throws is one for the user. */
  const persist = async (
    request: HttpRequest,
    doing: string,
    { attempts, isWorthWaiting = () => true }: Persistence,
    send: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> => {
    for (let attempt = 1; ; attempt++) {
      let problem: string;
      let wait: number | undefined;
      try {
        const response = await send();
        alive.add(request.url.host);
        if (!isTransientStatus(response.status) || attempt >= attempts || !isWorthWaiting(response)) {
          return response;
        }
        wait = waitBefore(attempt, response.headers['retry-after'], retry);
        if (wait === undefined) return response;
        response.discard();
        problem = `${request.url.host} answered ${response.status}`;
      } catch (error) {
        if (!(error instanceof ConnectionFailure)) throw error;
        const isTransient = isTransientFailure(error, alive.has(request.url.host));
        if (!isTransient || attempt >= attempts || !isWorthWaiting(undefined)) {
          throw unreachable(error, request, doing);
        }
        wait = waitBefore(attempt, undefined, retry) as number;
        problem = error.message;
      }
      options.onRetry?.(`cannot ${doing}: ${problem}`, wait);
      await pause(wait, request.signal);
    }
  };

  const persistence = (call: Call): Persistence => {
    if (call.retry === false) return { attempts: 1 };
    if (call.retry !== 'when asked') return retry;
    return { ...retry, isWorthWaiting: (answer) => answer?.headers['retry-after'] !== undefined };
  };

  const sendOnce = (request: HttpRequest) =>
    follow(transport, { ...request, headers: { 'user-agent': options.userAgent, ...request.headers } });

  return {
    async call(call) {
      const { doing, method, url, body, size, signal, endpoint } = call;
      const unverified = endpoint.isInsecure;
      const request = { method, url, headers: call.headers ?? {}, body, size, unverified, signal };
      const send = async () => {
        const there = { ...request, url: await endpoint.locate(url) };
        const response = await authorized(there, call, options.authenticator(), sendOnce);
        const isSmall = call.limit !== undefined && call.expect.includes(response.status);
        return isSmall ? readAll(response, call.limit, `the answer of ${url.host}`) : response;
      };
      const response = await persist(request, doing, persistence(call), send);
      if (call.expect.includes(response.status)) return response;
      throw await refusal(response, call, options.authenticator().trouble(call.registry));
    },
    plain: (request, doing, attempts = retry.attempts) =>
      persist(request, doing, { attempts }, async () =>
        readAll(await sendOnce(request), MAX_TOKEN, `the answer of ${request.url.host}`),
      ),
  };
}

async function authorized(
  request: HttpRequest,
  auth: Call,
  authenticator: Authenticator,
  send: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  if (request.url.origin !== auth.endpoint.url.origin) return send(request);
  const first = await authenticator.header(auth);
  const response = await send(withAuthorization(request, first));
  if (response.status !== 401 || response.url.origin !== request.url.origin) return response;
  const challenge = parseChallenge(response.headers['www-authenticate']);
  if (challenge === undefined) return response;
  const second = await authenticator.answer(challenge, auth, first);
  if (second === undefined || (second === first && challenge.scheme === 'basic')) return response;
  response.discard();
  if (auth.retry === false && typeof request.body === 'function') {
    // Part of the stream is gone: whoever opened it has to start again, with the new token.
    throw new ConnectionFailure('the token expired during the upload', 'TOKEN_EXPIRED');
  }
  return send(withAuthorization(request, second));
}

function withAuthorization(request: HttpRequest, authorization: string | undefined): HttpRequest {
  return authorization === undefined
    ? request
    : { ...request, headers: { ...request.headers, authorization } };
}

/** Blobs often live elsewhere. Another origin never sees the Authorization header. */
async function follow(transport: Transport, request: HttpRequest): Promise<HttpResponse> {
  let current = request;
  for (let hops = 0; ; hops++) {
    const response = await transport.send(current);
    const { location } = response.headers;
    const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
    if (!isRedirect || hops >= MAX_REDIRECTS) return response;
    const url = URL.parse(location, current.url.href);
    const mayRepeat =
      ['GET', 'HEAD'].includes(current.method) ||
      (response.status >= 307 && typeof current.body !== 'function');
    if (url === null || !/^https?:$/.test(url.protocol) || !mayRepeat) return response;
    // A redirect from https to http is not followed.
    if (current.url.protocol === 'https:' && url.protocol !== 'https:') return response;
    response.discard();
    const { authorization: _, ...anonymous } = current.headers;
    current = { ...current, url, headers: url.origin === current.url.origin ? current.headers : anonymous };
  }
}

async function readAll(response: HttpResponse, limit: number, what: string): Promise<HttpResponse> {
  const bytes = await collect(limited(response.body, limit, what));
  return { ...response, body: streamOf(bytes), discard: () => {} };
}
