import { collect, limited, streamOf } from '../content.ts';
import { NotFoundError, RegistryError, UnauthorizedError, UnreachableError } from '../errors.ts';
import type { Content } from '../target.ts';
import type { Authenticator, AuthRequest } from './authenticator.ts';
import { parseChallenge } from './challenge.ts';
import { isTransientFailure, isTransientStatus, pause, type RetryOptions, waitBefore } from './retry.ts';
import { ConnectionFailure, type HttpRequest, type HttpResponse, type Transport } from './transport.ts';

/** A request to a registry, and what it is for. */
export interface Call extends AuthRequest {
  /** For messages, after "cannot": `push quay.io/a/b@sha256:…`. */
  readonly doing: string;
  readonly method: string;
  readonly url: URL;
  /** Where the registry is: no other origin sees our credentials. */
  readonly endpoint: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Content | undefined;
  readonly size?: number | undefined;
  /** Statuses that the caller handles; every other one is thrown. */
  readonly expect: readonly number[];
  /** For a small answer, its most bytes: it is read before the call returns, so that a broken one is asked for again. */
  readonly limit?: number;
  /** Whether to try again by itself; a caller with a half-sent upload has to look first. */
  readonly retry?: boolean;
}

export interface Exchange {
  /**
   * Sends it with authorization, follows redirects, and tries again where that can help.
   * @throws {NotFoundError} {@link UnauthorizedError} {@link RegistryError} {@link UnreachableError}
   */
  call(call: Call): Promise<HttpResponse>;
  /** Without authorization of ours, for token servers; any status is returned, after the same retries. */
  plain(request: HttpRequest, doing: string): Promise<HttpResponse>;
}

interface ExchangeOptions {
  readonly transport: Transport;
  readonly retry: RetryOptions;
  readonly authenticator: () => Authenticator;
  readonly userAgent: string;
  readonly onRetry: ((what: string, milliseconds: number) => void) | undefined;
}

const MAX_REDIRECTS = 5;
const MAX_ERROR = 65_536;
const MAX_TOKEN = 1024 * 1024;

export function createExchange(options: ExchangeOptions): Exchange {
  const { transport, retry } = options;
  const alive = new Set<string>();

  /** Tries until an answer is worth returning; what it throws is an answer to the user. */
  const persist = async (
    request: HttpRequest,
    doing: string,
    attempts: number,
    send: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> => {
    for (let attempt = 1; ; attempt++) {
      let problem: string;
      let wait: number | undefined;
      try {
        const response = await send();
        alive.add(request.url.host);
        if (!isTransientStatus(response.status) || attempt >= attempts) return response;
        wait = waitBefore(attempt, response.headers['retry-after'], retry);
        if (wait === undefined) return response;
        response.discard();
        problem = `${request.url.host} answered ${response.status}`;
      } catch (error) {
        if (!(error instanceof ConnectionFailure)) throw error;
        if (attempt >= attempts || !isTransientFailure(error, alive.has(request.url.host))) {
          throw unreachable(error, request, doing);
        }
        wait = waitBefore(attempt, undefined, retry) as number;
        problem = error.message;
      }
      options.onRetry?.(`cannot ${doing}: ${problem}`, wait);
      await pause(wait, request.signal);
    }
  };

  const sendOnce = (request: HttpRequest) =>
    follow(transport, { ...request, headers: { 'user-agent': options.userAgent, ...request.headers } });

  return {
    async call(call) {
      const { doing, method, url, body, size, signal } = call;
      const request = { method, url, headers: call.headers ?? {}, body, size, signal };
      const send = async () => {
        const response = await authorized(request, call, options.authenticator(), sendOnce);
        const isSmall = call.limit !== undefined && call.expect.includes(response.status);
        return isSmall ? readAll(response, call.limit, `the answer of ${url.host}`) : response;
      };
      const response = await persist(request, doing, call.retry === false ? 1 : retry.attempts, send);
      if (call.expect.includes(response.status)) return response;
      throw await refusal(response, call);
    },
    plain: (request, doing) =>
      persist(request, doing, retry.attempts, async () =>
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
  if (request.url.origin !== auth.endpoint.origin) return send(request);
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
    // What was asked for in secret is not fetched in the open.
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

async function refusal(response: HttpResponse, { doing, method, registry }: Call): Promise<Error> {
  const { status } = response;
  const { code, message } = await readErrors(response);
  const url = response.url.origin + response.url.pathname;
  const answer = { method, url, status, code, retryAfter: response.headers['retry-after'] };
  const said = [code, message].filter((part) => part !== undefined && part !== '').join(': ');
  const text = `cannot ${doing}: ${response.url.host} answered ${status}${said === '' ? '' : ` (${said})`}`;
  if (status === 401) {
    return new UnauthorizedError(text, answer, { hint: `podman login ${registry}` });
  }
  if (status === 403) {
    return new UnauthorizedError(text, answer, { hint: 'check that the account may do this' });
  }
  if (status === 404) return new NotFoundError(text, { cause: new RegistryError(text, answer) });
  return new RegistryError(text, answer);
}

/** `{"errors":[{"code","message"}]}` (distribution-spec v1.1.1, "Error Codes"), where the registry keeps to it. */
async function readErrors(response: HttpResponse): Promise<{ code?: string; message?: string }> {
  if (Number(response.headers['content-length'] ?? 0) > MAX_ERROR) {
    response.discard();
    return {};
  }
  try {
    const bytes = await collect(limited(response.body, MAX_ERROR, 'the answer'));
    const { errors } = JSON.parse(new TextDecoder().decode(bytes)) as { errors?: unknown };
    const [first] = Array.isArray(errors) ? (errors as Record<string, unknown>[]) : [];
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    const code = text(first?.code);
    const message = text(first?.message);
    return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
  } catch {
    return {};
  }
}

function unreachable(
  failure: ConnectionFailure,
  { method, url }: HttpRequest,
  doing: string,
): UnreachableError {
  const { code } = failure;
  return new UnreachableError(`cannot ${doing}: no answer from ${url.host}: ${failure.message || code}`, {
    method,
    url: url.origin + url.pathname,
    code,
    cause: failure,
    ...(code === 'ECONNREFUSED' ? { hint: `is the registry at ${url.host} running?` } : {}),
  });
}
