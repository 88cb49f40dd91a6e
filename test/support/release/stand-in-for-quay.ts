import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createCertificate } from '#test/registries/certificate';

/** A stand-in for Quay's own API, which no package registry has: discovery, visibility; TLS in front of it is real. */
export interface StandInForQuay extends AsyncDisposable {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Its authority, in PEM. */
  readonly ca: string;
  /** Whether each repository is public. */
  readonly repositories: Map<string, boolean>;
  /** Statuses in place of its own answers, the first for the first request. */
  readonly answers: number[];
  isQuay: boolean;
  readonly requests: { method: string; url: string; authorization: string | undefined; body: string }[];
}

/** @param token that may administer repositories */
export async function standInForQuay(token: string): Promise<StandInForQuay> {
  const folder = mkdtempSync(join(tmpdir(), 'quay-'));
  const { key, pem } = await createCertificate(folder);
  const quay = {
    repositories: new Map<string, boolean>(),
    answers: [] as number[],
    isQuay: true,
    requests: [] as StandInForQuay['requests'],
  };
  const answer = (method: string, url: string, isAllowed: boolean): readonly [number, unknown] => {
    const scripted = quay.answers.shift();
    if (scripted !== undefined) return [scripted, {}];
    if (url === '/api/v1/discovery') return quay.isQuay ? [200, { swagger: '2.0', paths: {} }] : [404, {}];
    if (!isAllowed) return [401, { error: 'unauthorized' }];
    const [, repository = '', change] =
      /^\/api\/v1\/repository\/([^?]+?)(\/changevisibility)?(?:\?|$)/.exec(url) ?? [];
    const isPublic = quay.repositories.get(repository);
    if (isPublic === undefined) return [404, {}];
    if (change !== undefined && method === 'POST') {
      quay.repositories.set(repository, true);
      return [200, { success: true }];
    }
    return [200, { is_public: isPublic }];
  };
  const server = createServer({ key: readFileSync(key), cert: pem }, (request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      quay.requests.push({ method, url, authorization: headers.authorization, body });
      const [status, said] = answer(method, url, headers.authorization === `Bearer ${token}`);
      response.writeHead(status).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(quay, {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: pem,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  });
}
