import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificate.ts';

/** A stand-in for the API of Quay, of which no package can be had: discovery, a repository, its visibility. TLS is real. */
export interface StandInForQuay extends AsyncDisposable {
  readonly host: string;
  /** Whether each repository is public. */
  readonly repositories: Map<string, boolean>;
  /** Statuses in place of its own answers, the first for the first request. */
  readonly faults: number[];
  /** Method, path and authorization of each request. */
  readonly requests: string[];
}

/** @param token without one it is a registry that is not Quay */
export async function standInForQuay(
  { certificate, key }: Certificate,
  token?: string,
): Promise<StandInForQuay> {
  const repositories = new Map<string, boolean>();
  const faults: number[] = [];
  const requests: string[] = [];
  const tls = { cert: readFileSync(certificate), key: readFileSync(key) };
  const server = createServer(tls, (request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push(`${method} ${url} ${headers.authorization ?? '-'}`);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const fault = faults.shift();
      const tell = (status: number, body: object = {}) =>
        response.writeHead(status).end(JSON.stringify(body));
      if (fault !== undefined) return tell(fault);
      if (token === undefined) return tell(404);
      if (url === '/api/v1/discovery') return tell(200, { apis: [] });
      const [, name = '', change] = /^\/api\/v1\/repository\/(.+?)(\/changevisibility)?$/.exec(url) ?? [];
      const isPublic = repositories.get(name);
      if (headers.authorization !== `Bearer ${token}`) return tell(401);
      if (isPublic === undefined) return tell(404);
      if (change === undefined) return tell(200, { name, is_public: isPublic });
      const { visibility } = JSON.parse(Buffer.concat(chunks).toString()) as { visibility: string };
      repositories.set(name, visibility === 'public');
      return tell(200, { success: true });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    repositories,
    faults,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
