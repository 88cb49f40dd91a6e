import { once } from 'node:events';
import { createServer, request as requestUpstream } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A host that is not this machine, as a client behind a proxy sees it. */
export interface FarRegistry extends AsyncDisposable {
  /** For HTTP_PROXY and HTTPS_PROXY. */
  readonly proxy: string;
  /** What was asked for: `GET http://…` in the clear, `CONNECT host:port` for TLS. */
  readonly asked: readonly { readonly line: string; readonly authorization: string | undefined }[];
}

/**
 * A proxy on loopback behind which every host is one registry: what a client sends to another machine without encryption
 * can be seen here, and no name has to resolve.
 */
export async function startFarRegistry(upstream: string): Promise<FarRegistry> {
  const asked: { line: string; authorization: string | undefined }[] = [];
  const [hostname = '', port = ''] = upstream.split(':');
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    asked.push({ line: `${method} ${url}`, authorization: headers.authorization });
    const { pathname, search } = new URL(url, 'http://x');
    const outgoing = requestUpstream({ hostname, port, method, path: pathname + search, headers });
    outgoing.on('error', () => request.socket.destroy());
    outgoing.on('response', (incoming) => {
      response.writeHead(incoming.statusCode ?? 500, incoming.rawHeaders);
      incoming.pipe(response);
    });
    request.pipe(outgoing);
  });
  server.on('connect', (request, socket) => {
    asked.push({ line: `CONNECT ${request.url}`, authorization: undefined });
    const outgoing = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    outgoing.on('error', () => socket.destroy());
    socket.on('error', () => outgoing.destroy());
    socket.pipe(outgoing).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    proxy: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
