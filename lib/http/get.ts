import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { basicAuthorization, printable, type Userinfo, withoutUserinfo } from '#lib/text';
import { createAgent } from './agents.ts';
import { DownloadError, TooLargeError } from './errors.ts';
import { isTransientStatus, pause, waitBefore } from './retry.ts';
import { createStall } from './stall.ts';

export interface GetOptions {
  /** Bytes that the document may have. */
  readonly limit: number;
  /** Sent to the origin of the address, and to no other. */
  readonly userinfo?: Userinfo | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hosts, with their ports, that the server may redirect to beside itself; `any` where its user chose to trust it. */
  readonly redirectHosts?: readonly string[] | 'any' | undefined;
  /** Milliseconds in which something must come. */
  readonly idleTimeout?: number | undefined;
  /** How often it is asked for, where asking again can help. */
  readonly attempts?: number | undefined;
}

export interface Document {
  /** The URL after all redirects. */
  readonly url: URL;
  readonly bytes: Buffer;
}

const IDLE_TIMEOUT = 30_000;
const MAX_REDIRECTS = 10;
const PATIENCE = { delay: 400, maxDelay: 60_000 };
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/**
 * A document by http(s), undefined where the server says that there is none. Redirects lead to the same origin, its https,
 * or a host that is named: whoever owns the address must not choose what else this machine reads.
 *
 * @throws {DownloadError} after trying again what can succeed later: a broken connection, what `isTransientStatus` names
 * @throws {TooLargeError}
 */
export async function get(url: URL, options: GetOptions): Promise<Document | undefined> {
  const { attempts = 1, signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await follow(url, options);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DownloadError) || !canSucceedLater(error)) throw error;
      // After a whole timeout without a byte there is one more try only.
      if (attempt >= (error.isStalled ? Math.min(attempts, 2) : attempts)) throw error;
      const wait = waitBefore(attempt, error.retryAfter, { attempts, ...PATIENCE });
      if (wait === undefined) throw error;
      await pause(wait, signal);
    }
  }
}

function canSucceedLater({ status }: DownloadError): boolean {
  return status === undefined || isTransientStatus(status);
}

async function follow(first: URL, options: GetOptions): Promise<Document | undefined> {
  let url = first;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const isOurs = url.origin === first.origin;
    const response = await request(url, isOurs ? options : { ...options, userinfo: undefined });
    const status = response.statusCode;
    if (REDIRECTS.includes(status)) {
      response.destroy();
      url = target(response, url, first, options.redirectHosts ?? []);
      continue;
    }
    if (status === 200) return { url, bytes: await collect(response, url, options) };
    response.destroy();
    if (status === 404 || status === 410) return undefined;
    throw new DownloadError(`cannot read ${url.href}: the server said ${status}`, {
      status: status ?? 0,
      retryAfter: response.headers['retry-after'],
    });
  }
  throw new DownloadError(`cannot read ${first.href}: it leads on more than ${MAX_REDIRECTS} times`, {
    status: 310,
  });
}

/** @throws {DownloadError} when it leads elsewhere; what it says is a stranger's word */
function target(response: IncomingMessage, from: URL, first: URL, hosts: readonly string[] | 'any'): URL {
  const { location = '' } = response.headers;
  const to = URL.parse(location, from.href);
  const options = { status: response.statusCode ?? 0 };
  if (to === null || !/^https?:$/.test(to.protocol)) {
    throw new DownloadError(`cannot read ${from.href}: it leads to no address`, options);
  }
  to.username = '';
  to.password = '';
  const isSecured = first.protocol === 'http:' && to.protocol === 'https:' && to.port === '';
  const isSame =
    to.origin === first.origin || (isSecured && first.port === '' && to.hostname === first.hostname);
  if (isSame || hosts === 'any' || hosts.includes(to.host)) return to;
  throw new DownloadError(`cannot read ${from.href}: it leads to another host, ${printable(to.origin)}`, {
    ...options,
    hint: 'give the address that it leads to',
  });
}

/** @throws {DownloadError} when no answer comes */
async function request(url: URL, { userinfo, signal, idleTimeout = IDLE_TIMEOUT }: GetOptions) {
  signal?.throwIfAborted();
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const headers = userinfo === undefined ? {} : { authorization: basicAuthorization(userinfo) };
  try {
    const outgoing = request(url, { headers, agent: createAgent(url), ...(signal ? { signal } : {}) });
    const stall = createStall(idleTimeout, () => outgoing.destroy(stalled(idleTimeout)));
    stall.start();
    try {
      const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
      // Errors after the answer reach the reader of its body.
      outgoing.on('error', () => {});
      outgoing.end();
      const [response] = await answered;
      response.on('error', () => {});
      return response;
    } finally {
      stall.stop(0);
    }
  } catch (cause) {
    throw broken(url, cause, signal);
  }
}

async function collect(response: IncomingMessage, url: URL, options: GetOptions): Promise<Buffer> {
  const { limit, signal, idleTimeout = IDLE_TIMEOUT } = options;
  const tooLarge = new TooLargeError(`${url.href} has more than ${limit} bytes`);
  if (Number(response.headers['content-length'] ?? 0) > limit) {
    response.destroy();
    throw tooLarge;
  }
  const stall = createStall(idleTimeout, () => response.destroy(stalled(idleTimeout)));
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    stall.start();
    for await (const chunk of response as AsyncIterable<Buffer>) {
      stall.stop(chunk.length);
      size += chunk.length;
      if (size > limit) throw tooLarge;
      chunks.push(chunk);
      stall.start();
    }
  } catch (cause) {
    if (cause instanceof TooLargeError) throw cause;
    throw broken(url, cause, signal);
  } finally {
    stall.stop(0);
  }
  return Buffer.concat(chunks);
}

class StallError extends Error {}

function stalled(timeout: number): Error {
  return new StallError(`next to nothing came for ${timeout / 1_000} s`);
}

/** The reason without the error itself, which names proxies as they were given. */
function broken(url: URL, cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  const { message, code } = cause as NodeJS.ErrnoException;
  const why = printable(withoutUserinfo(message || (code ?? ''), '***@'));
  return new DownloadError(`cannot read ${url.href}: ${why}`, {
    hint: 'is it served there, and reachable from this machine?',
    isStalled: cause instanceof StallError,
  });
}
