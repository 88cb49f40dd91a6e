import { once } from 'node:events';
import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createStall } from '#lib/http';
import { streamOf } from '../../model/content.ts';
import { isOwned, release } from '../../model/owned.ts';
import type { Content } from '../../model/target.ts';
import { type AgentOptions, createAgents } from './agents.ts';
import { loadHttp, loadHttps } from './node-http.ts';

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
  /** Whether any certificate is accepted. */
  readonly unverified?: boolean | undefined;
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

export interface TransportOptions extends AgentOptions {
  /** Milliseconds of waiting until the connection counts as dead. */
  readonly idleTimeout: number;
}

export interface Transport {
  /** @throws {ConnectionFailure} */
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): void;
}

/** A registry that takes a gigabyte has to store it before it answers. */
const PATIENCE_AFTER_BODY = 5;

/**
 * One HTTP exchange, over node:http and not fetch: fetch knows no authorities of ours, no length for a streamed body, and
 * no idle timeout.
 */
export function createTransport(options: TransportOptions): Transport {
  const agents = createAgents(options);
  return {
    send: async (request) =>
      send(request, await agents.for(request.url, request.unverified === true), options.idleTimeout),
    close: () => agents.close(),
  };
}

async function send(request: HttpRequest, agent: Agent, idleTimeout: number): Promise<HttpResponse> {
  const { method, url, body, signal } = request;
  signal?.throwIfAborted();
  const size = body instanceof Uint8Array ? body.length : request.size;
  const length = body === undefined || size === undefined ? {} : { 'content-length': String(size) };
  const headers = { ...request.headers, ...length };
  const library = url.protocol === 'https:' ? loadHttps() : loadHttp();
  const outgoing = library.request(url, { method, headers, agent, ...(signal ? { signal } : {}) });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  // Errors after the answer reach the reader of its body.
  outgoing.on('error', () => {});
  const patience = typeof body === 'function' ? PATIENCE_AFTER_BODY * idleTimeout : idleTimeout;
  const stall = createStall(patience, () => outgoing.destroy(stalled(patience)));
  let isOver = false;
  try {
    const sent = sendBody(outgoing, body, answered, idleTimeout).then(() => {
      // After an early answer nobody waits any more, and a timer would keep the process from ending.
      if (!isOver) stall.start();
    });
    // A server may answer, and hang up, before it has read everything.
    const [incoming] = await Promise.race([answered, sent.then(() => answered)]);
    return receive(incoming, outgoing, url, idleTimeout, signal);
  } catch (error) {
    outgoing.destroy();
    answered.catch(() => {});
    throw failureOf(error, signal);
  } finally {
    isOver = true;
    stall.stop(0);
  }
}

async function sendBody(
  outgoing: ClientRequest,
  body: Content | undefined,
  answered: Promise<unknown>,
  idleTimeout: number,
): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  const stall = createStall(idleTimeout, () => outgoing.destroy(stalled(idleTimeout)));
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  const settled = answered.then(settle, settle);
  const stream = streamOf(body);
  const mayRelease = isOwned(stream);
  for await (const chunk of stream) {
    if (isSettled || outgoing.destroyed) return;
    // The chunk is released only once the socket has sent it; after a failure the garbage collector sees to it.
    const sent = (error?: Error | null) => (mayRelease && !error ? release(chunk) : undefined);
    if (outgoing.write(chunk, sent)) continue;
    // While the source makes us wait the server is not to blame.
    stall.start();
    await Promise.race([once(outgoing, 'drain'), settled]).finally(() => stall.stop(chunk.length));
  }
  outgoing.end();
}

/** Bodies up to this size are read away, so that the connection can be used again. */
const CHEAP = 16_384;

function receive(
  incoming: IncomingMessage,
  outgoing: ClientRequest,
  url: URL,
  idleTimeout: number,
  signal: AbortSignal | undefined,
): HttpResponse {
  return {
    url,
    status: incoming.statusCode as number,
    headers: incoming.headers,
    body: readBody(incoming, outgoing, idleTimeout, signal),
    discard() {
      incoming.on('error', () => {});
      const isCheap = outgoing.method === 'HEAD' || Number(incoming.headers['content-length']) <= CHEAP;
      if (isCheap && outgoing.writableEnded) incoming.resume();
      else incoming.destroy();
    },
  };
}

async function* readBody(
  incoming: IncomingMessage,
  outgoing: ClientRequest,
  idleTimeout: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const stall = createStall(idleTimeout, () => incoming.destroy(stalled(idleTimeout)));
  try {
    stall.start();
    for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
      stall.stop(chunk.length);
      yield chunk;
      stall.start();
    }
  } catch (error) {
    throw failureOf(error, signal);
  } finally {
    stall.stop(0);
    // The server answered before everything was sent, and nobody will send the rest.
    if (!outgoing.writableEnded) outgoing.destroy();
  }
}

function stalled(timeout: number): ConnectionFailure {
  return new ConnectionFailure(`next to nothing came for ${timeout / 1000} s`, 'ETIMEDOUT');
}

function failureOf(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof ConnectionFailure || !(error instanceof Error)) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const isNetwork = NETWORK_CALLS.has(syscall ?? '') || (code !== undefined && NETWORK_CODE.test(code));
  // Any other error came from the source of the body, and stays what it is.
  return isNetwork ? new ConnectionFailure(error.message, code, { cause: error }) : error;
}

const NETWORK_CALLS = new Set(['connect', 'getaddrinfo']);
const NETWORK_CODE =
  /^(?:ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EPROTO|EAI_|HPE_|ERR_TLS|ERR_SSL|ERR_SOCKET|ERR_PROXY|ERR_STREAM_PREMATURE|ERR_STREAM_DESTROYED|CERT_|UNABLE_|DEPTH_|SELF_|HOSTNAME_)/;
