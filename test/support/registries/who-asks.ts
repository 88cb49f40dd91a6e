import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collect } from '#lib/oci';

/** Registries on every host, in plain http behind a proxy, that let everybody in and see who they say they are. */
export interface WhoAsks extends AsyncDisposable {
  /** For HTTP_PROXY and HTTPS_PROXY. */
  readonly proxy: string;
  /** `nobody`, `user:password`, or `token <refresh token>`: what was said last; forgets it. */
  takeWho(): string;
}

const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
  layers: [],
});

/** Hosts whose name begins with `basic.` ask for a password, the others for a token. */
export async function startWhoAsks(): Promise<WhoAsks> {
  let who = 'nobody';
  const server = createServer((request, response) => {
    void (async () => {
      const { host, pathname } = new URL(request.url ?? '', 'http://x');
      const { authorization } = request.headers;
      if (pathname === '/token') {
        who = refreshToken(await formOf(request)) ?? passwordOf(authorization);
        response.setHeader('content-type', 'application/json');
        return response.end('{"token":"t","access_token":"t","expires_in":300}');
      }
      if (authorization === undefined) {
        const bearer = 'Bearer realm="http://tokens.example/token",service="all"';
        const challenge = host.toLowerCase().startsWith('basic.') ? 'Basic realm="all"' : bearer;
        return response.writeHead(401, { 'www-authenticate': challenge }).end();
      }
      if (authorization.startsWith('Basic ')) who = passwordOf(authorization);
      response.setHeader('content-type', 'application/vnd.oci.image.manifest.v1+json');
      return response.end(MANIFEST);
    })();
  });
  // No host has TLS.
  server.on('connect', (_, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    proxy: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeWho() {
      const said = who;
      who = 'nobody';
      return said;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(Buffer.from(await collect(request)).toString());
}

function refreshToken(form: URLSearchParams): string | undefined {
  const token = form.get('refresh_token');
  return token === null ? undefined : `token ${token}`;
}

function passwordOf(authorization: string | undefined): string {
  const said = Buffer.from((authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
  // What a client sends that has neither.
  return said === '' || said === ':' ? 'nobody' : said;
}
