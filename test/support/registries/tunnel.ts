import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A running proxy. */
export interface Tunnel extends AsyncDisposable {
  readonly host: string;
  /** What was asked for, as `host:port`. */
  readonly connected: string[];
}

/** A proxy whose every tunnel ends at the same place. */
export async function startTunnel(target: string): Promise<Tunnel> {
  const connected: string[] = [];
  const server: Server = createServer();
  server.on('connect', (request, socket) => {
    connected.push(request.url ?? '');
    const [host, port] = target.split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connected,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
