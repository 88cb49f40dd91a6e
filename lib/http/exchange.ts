import { once } from 'node:events';
import type { Agent, IncomingMessage } from 'node:http';
import { basicAuthorization, printable, type Userinfo, withoutUserinfo } from '#lib/text';
import { createAgent } from './agents.ts';
import { DownloadError } from './errors.ts';
import { whyNoAnswer } from './no-answer.ts';
import { createStall } from './stall.ts';

export interface AskOptions {
  /** Sent to the origin of the address, and to no other. */
  readonly userinfo?: Userinfo | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hosts, with their ports, that the server may redirect to beside itself; `any` where its user chose to trust it. */
  readonly redirectHosts?: readonly string[] | 'any' | undefined;
  /** Milliseconds in which something must come. */
  readonly idleTimeout?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** By default each request has an agent, and so a connection, of its own. */
  readonly agentFor?: ((url: URL) => Agent) | undefined;
}

export interface Answer {
  /** The URL after all redirects. */
  readonly url: URL;
  /** Its body is still to be read, or destroyed. */
  readonly response: IncomingMessage;
}

export const IDLE_TIMEOUT = 30_000;
const MAX_REDIRECTS = 10;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/**
 * Asks for a document, and again where the answer says that it is elsewhere. Redirects lead to the same origin, its https,
 * or a host that is named: whoever owns the address must not choose what else this machine reads.
 *
 * @throws {DownloadError} when no answer comes, or it leads elsewhere; of other answers none is an error
 */
export async function ask(first: URL, options: AskOptions): Promise<Answer> {
  let url = first;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const isOurs = url.origin === first.origin;
    const response = await request(url, isOurs ? options : { ...options, userinfo: undefined });
    if (!REDIRECTS.includes(response.statusCode)) return { url, response };
    response.destroy();
    url = target(response, url, first, options.redirectHosts ?? []);
  }
  throw new DownloadError(`cannot read ${first.href}: it leads on more than ${MAX_REDIRECTS} times`, {
    status: 310,
  });
}

/** What a status that is not the wanted one means. The answer's body is given up. */
export function refused({ url, response }: Answer): DownloadError {
  response.destroy();
  const status = response.statusCode ?? 0;
  return new DownloadError(`cannot read ${url.href}: the server said ${status}`, {
    status,
    retryAfter: response.headers['retry-after'],
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
async function request(url: URL, options: AskOptions): Promise<IncomingMessage> {
  const { userinfo, signal, idleTimeout = IDLE_TIMEOUT, agentFor = (to) => createAgent(to) } = options;
  signal?.throwIfAborted();
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const headers = {
    ...options.headers,
    ...(userinfo === undefined ? {} : { authorization: basicAuthorization(userinfo) }),
  };
  try {
    const outgoing = request(url, { headers, agent: agentFor(url), ...(signal ? { signal } : {}) });
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

class StallError extends Error {}

export function stalled(timeout: number): Error {
  return new StallError(`next to nothing came for ${timeout / 1_000} s`);
}

/** The reason without the error itself, which names proxies as they were given. */
export function broken(url: URL, cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  const why = printable(withoutUserinfo(whyNoAnswer(cause as NodeJS.ErrnoException), '***@'));
  return new DownloadError(`cannot read ${url.href}: ${why}`, {
    hint: 'is it served there, and reachable from this machine?',
    isStalled: cause instanceof StallError,
  });
}
