import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly port: number;
  /** Connections that came so far. */
  readonly connections: number;
  /** Bytes that went through, in both directions. */
  readonly bytes: number;
  /** Asked as bytes pass through a connection; true cuts it. */
  cutsAt: (connection: number, bytes: number) => boolean;
  /** Whether connections are reset as they come. */
  isDead: boolean;
  /** Cuts all that are open now. */
  cut(): void;
  stop(): Promise<void>;
}

/** A proxy with real sockets in front of a port of loopback, whose connections are reset as told. */
export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let connections = 0;
  let bytes = 0;
  const server = createServer((near) => {
    const connection = ++connections;
    if (proxy.isDead) {
      near.resetAndDestroy();
      return;
    }
    const far = createConnection(target, '127.0.0.1');
    let passed = 0;
    const end = () => {
      near.resetAndDestroy();
      far.resetAndDestroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', end);
      from.on('close', () => {
        open.delete(from);
        to.end();
      });
      from.on('data', (chunk: Buffer) => {
        passed += chunk.length;
        bytes += chunk.length;
        if (proxy.cutsAt(connection, passed)) return end();
        if (!to.write(chunk)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: CuttingProxy = {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get bytes() {
      return bytes;
    },
    cutsAt: () => false,
    isDead: false,
    cut() {
      for (const socket of open) socket.resetAndDestroy();
    },
    async stop() {
      server.close();
      proxy.cut();
      await once(server, 'close');
    },
  };
  return proxy;
}
