import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as requestUpstream,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with one exchange; bytes are counted in its body. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is reset after so many bytes of the request. */
  | { readonly kind: 'reset-request'; readonly after: number }
  /** The connection is reset after so many bytes of the answer. */
  | { readonly kind: 'reset-response'; readonly after: number }
  /** The connection is closed in an orderly way after so many bytes of the answer. */
  | { readonly kind: 'truncate'; readonly after: number }
  /** The registry does it all, and the answer gets lost. */
  | { readonly kind: 'lose-answer' }
  /** One byte of the answer is another one. */
  | { readonly kind: 'corrupt'; readonly at: number }
  /** One byte every so many milliseconds. */
  | { readonly kind: 'drip'; readonly every: number }
  /** The answer has one more header. */
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  /** No answer at all. */
  | { readonly kind: 'silence' };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FaultProxy {
  /** `127.0.0.1:<port>`: the registry, as a client sees it. */
  readonly host: string;
  readonly seen: readonly Seen[];
  /** Bytes that clients were sent so far, headers and all. */
  readonly sentBytes: number;
  /** Asked for each request; undefined lets it pass. */
  fault: (request: Seen) => Fault | undefined;
  stop(): Promise<void>;
}

/** A reverse proxy with real sockets in front of a registry, where things go wrong as told. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let closedBytes = 0;
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    seen.push({ method, path, headers });
    request.on('error', () => {});
    response.on('error', () => {});
    pass(request, response, upstream, proxy.fault({ method, path, headers }));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      closedBytes += socket.bytesWritten;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultProxy = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get sentBytes() {
      return [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, closedBytes);
    },
    fault: () => undefined,
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return proxy;
}

function pass(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: string,
  fault: Fault | undefined,
): void {
  if (fault?.kind === 'answer') {
    request.resume();
    response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
    return;
  }
  if (fault?.kind === 'silence') return;
  const [hostname, port] = upstream.split(':');
  const { method, url, headers } = request;
  // The client's Host stays, so that the registry's Location leads through here again.
  const outgoing = requestUpstream({ hostname, port, method, path: url, headers });
  outgoing.on('error', () => request.socket.destroy());
  outgoing.on('response', (incoming) => {
    incoming.on('error', () => request.socket.destroy());
    if (fault?.kind === 'lose-answer') {
      incoming.resume().on('end', () => request.socket.resetAndDestroy());
      return;
    }
    const more = fault?.kind === 'header' ? [fault.name, fault.value] : [];
    response.writeHead(incoming.statusCode ?? 500, [...incoming.rawHeaders, ...more]);
    response.flushHeaders();
    void sendAnswer(incoming, response, request.socket, fault);
  });
  let received = 0;
  if (fault?.kind !== 'reset-request') {
    request.pipe(outgoing);
    return;
  }
  request.on('data', (chunk: Buffer) => {
    outgoing.write(chunk.subarray(0, Math.max(0, fault.after - received)));
    received += chunk.length;
    if (received >= fault.after) reset();
  });
  request.on('end', reset);
  function reset() {
    outgoing.destroy();
    request.socket.resetAndDestroy();
  }
}

async function sendAnswer(
  incoming: IncomingMessage,
  response: ServerResponse,
  socket: Socket,
  fault: Fault | undefined,
): Promise<void> {
  let sent = 0;
  const end = async (after: number, how: () => void) => {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      const piece = chunk.subarray(0, after - sent);
      sent += piece.length;
      await new Promise((resolve) => response.write(piece, resolve));
      if (sent >= after) break;
    }
    how();
  };
  try {
    if (fault?.kind === 'reset-response') return await end(fault.after, () => socket.resetAndDestroy());
    if (fault?.kind === 'truncate') return await end(fault.after, () => socket.end());
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      if (fault?.kind === 'corrupt' && fault.at >= sent && fault.at < sent + chunk.length) {
        const at = fault.at - sent;
        chunk[at] = (chunk[at] as number) ^ 1;
      }
      sent += chunk.length;
      if (fault?.kind === 'drip') await drip(chunk, response, fault.every);
      else if (!response.write(chunk)) await once(response, 'drain');
    }
    response.end();
  } catch {
    socket.destroy();
  }
}

async function drip(chunk: Buffer, response: ServerResponse, every: number): Promise<void> {
  for (const byte of chunk) {
    if (response.destroyed) return;
    response.write(Buffer.from([byte]));
    await sleep(every);
  }
}
