import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { streamOf } from '../content.ts';
import type { Content } from '../target.ts';

/** No answer came: whether it is worth trying again depends on the code alone. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Content | undefined;
  /** Bytes of the body; without it a stream is sent in chunks. */
  readonly size?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** May be read once; a connection that ends early is a ConnectionFailure. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection without reading the body. */
  discard(): void;
}

export interface TransportOptions {
  /** Milliseconds without a byte in either direction until the connection counts as dead. */
  readonly idleTimeout: number;
  /** PEM certificates of authorities that count beside the system's. */
  readonly ca: readonly string[];
}

export interface Transport {
  /** @throws {ConnectionFailure} */
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): void;
}

/**
 * One HTTP exchange, over node:http and not fetch: fetch knows no authorities of ours, no proxies, no length for a
 * streamed body, and no idle timeout.
 */
export function createTransport(options: TransportOptions): Transport {
  const agents = createAgents(options);
  return {
    send: (request) => send(request, agents.for(request.url), options.idleTimeout),
    close: () => agents.close(),
  };
}

async function send(request: HttpRequest, agent: http.Agent, idleTimeout: number): Promise<HttpResponse> {
  const { method, url, body, signal } = request;
  signal?.throwIfAborted();
  const size = body instanceof Uint8Array ? body.length : request.size;
  const headers = {
    ...request.headers,
    ...(body === undefined || size === undefined ? {} : { 'content-length': String(size) }),
  };
  const library = url.protocol === 'https:' ? https : http;
  const outgoing = library.request(url, { method, headers, agent, ...(signal ? { signal } : {}) });
  const stall = createStall(idleTimeout, () => {
    outgoing.destroy(new ConnectionFailure(`nothing came for ${idleTimeout / 1000} s`, 'ETIMEDOUT'));
  });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  // What fails after the answer is the body's business.
  outgoing.on('error', () => {});
  try {
    const sent = sendBody(outgoing, body, answered, stall);
    // A server may answer, and hang up, before it has read everything.
    const [incoming] = await Promise.race([answered, sent.then(() => answered)]);
    return receive(incoming, url, idleTimeout, signal);
  } catch (error) {
    outgoing.destroy();
    answered.catch(() => {});
    throw failureOf(error, signal);
  } finally {
    stall.stop();
  }
}

async function sendBody(
  outgoing: http.ClientRequest,
  body: Content | undefined,
  answered: Promise<unknown>,
  stall: Stall,
): Promise<void> {
  stall.start();
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  let isAnswered = false;
  const settled = answered.then(
    () => {
      isAnswered = true;
    },
    () => {
      isAnswered = true;
    },
  );
  for await (const chunk of streamOf(body)) {
    if (isAnswered || outgoing.destroyed) return;
    stall.start();
    if (!outgoing.write(chunk)) await Promise.race([once(outgoing, 'drain'), settled]);
    // While the source makes us wait the server is not to blame.
    stall.stop();
  }
  stall.start();
  outgoing.end();
}

function receive(
  incoming: IncomingMessage,
  url: URL,
  idleTimeout: number,
  signal: AbortSignal | undefined,
): HttpResponse {
  return {
    url,
    status: incoming.statusCode as number,
    headers: incoming.headers,
    body: readBody(incoming, idleTimeout, signal),
    discard: () => {
      // A short body is read away so that the connection can be used again.
      if (Number(incoming.headers['content-length'] ?? Number.NaN) <= 16_384 || incoming.complete) {
        incoming.on('error', () => {});
        incoming.resume();
      } else incoming.destroy();
    },
  };
}

async function* readBody(
  incoming: IncomingMessage,
  idleTimeout: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const stall = createStall(idleTimeout, () => {
    incoming.destroy(new ConnectionFailure(`nothing came for ${idleTimeout / 1000} s`, 'ETIMEDOUT'));
  });
  try {
    stall.start();
    for await (const chunk of incoming) {
      stall.stop();
      yield chunk as Uint8Array;
      stall.start();
    }
  } catch (error) {
    throw failureOf(error, signal);
  } finally {
    stall.stop();
  }
}

function failureOf(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof ConnectionFailure || !(error instanceof Error)) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const isNetwork = syscall !== undefined || (code !== undefined && NETWORK.test(code));
  // Anything else came from the source of the body, and stays what it is.
  return isNetwork ? new ConnectionFailure(error.message, code, { cause: error }) : error;
}

const NETWORK =
  /^(?:E(?:CONN|PIPE|TIMEDOUT|HOST|NET|AI_|PROTO)|HPE_|ERR_(?:TLS|SSL|HTTP|STREAM|PROXY)|CERT_|UNABLE_|DEPTH_|SELF_|ERR_SOCKET)/;

interface Stall {
  start(): void;
  stop(): void;
}

function createStall(timeout: number, onStall: () => void): Stall {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  return {
    start() {
      running = true;
      if (timer === undefined) timer = setTimeout(() => running && onStall(), timeout);
      else timer.refresh();
    },
    stop() {
      running = false;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

function createAgents({ ca }: TransportOptions) {
  const shared = { keepAlive: true, proxyEnv: process.env } as const;
  let plain: http.Agent | undefined;
  let secure: https.Agent | undefined;
  return {
    for(url: URL): http.Agent {
      if (url.protocol !== 'https:') {
        plain ??= new http.Agent(shared);
        return plain;
      }
      // Reading the system's authorities takes a while: only once they are needed.
      secure ??= new https.Agent({ ...shared, ca: [...trusted(), ...ca] });
      return secure;
    },
    close() {
      plain?.destroy();
      secure?.destroy();
    },
  };
}

function trusted(): string[] {
  return [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
}
