import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const presets = fileURLToPath(new URL('../../renovate/', import.meta.url));

export interface OutsideProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * All of the internet that there is for Renovate: the registry on loopback takes quay.io's place, and presets.example has
 * the repository's presets. Nothing else is reached.
 */
export async function startOutsideProxy(registry: string): Promise<OutsideProxy> {
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '');
    if (url.host === 'quay.io') forward(incoming, outgoing, new URL(url.pathname + url.search, registry));
    else if (url.host === 'presets.example') void sendPreset(url.pathname.slice(1), outgoing);
    else outgoing.writeHead(502).end();
  });
  server.on('connect', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, url: URL): void {
  const { 'proxy-connection': _, ...headers } = incoming.headers;
  const upstream = request(
    url,
    { method: incoming.method, headers: { ...headers, host: url.host } },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  upstream.on('error', () => outgoing.destroy());
  incoming.pipe(upstream);
}

async function sendPreset(name: string, outgoing: ServerResponse): Promise<void> {
  const text = await readFile(presets + name).catch(() => undefined);
  outgoing.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(text);
}
