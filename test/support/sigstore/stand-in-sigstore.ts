import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standInFulcio } from './stand-in-fulcio.ts';
import { standInRekor } from './stand-in-rekor.ts';
import { standInTuf } from './stand-in-tuf.ts';

/** What a Sigstore of a cluster is to cosign, on one port of loopback; no package registry has the real ones. */
export interface StandInSigstore extends AsyncDisposable {
  readonly url: string;
  /** `<method> <path>`, in order. */
  readonly asked: string[];
  /** Says for a path that the server is not well; undefined lets it answer. */
  fault: (path: string) => number | undefined;
}

type Answer = readonly [status: number, text: string, headers?: Readonly<Record<string, string>>];

export async function startStandInSigstore(): Promise<StandInSigstore> {
  const folder = mkdtempSync(join(tmpdir(), 'sigstore-'));
  const [fulcio, rekor] = [await standInFulcio(folder), standInRekor()];
  const files = standInTuf({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: [fulcio.authority],
    tlogs: [rekor.instance],
  });
  const asked: string[] = [];
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname } = new URL(request.url ?? '', 'http://x');
    asked.push(`${request.method} ${pathname}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const faulty = started.fault(pathname);
    if (faulty !== undefined) return [faulty, 'not well'];
    const file = files.get(pathname);
    if (file !== undefined) return [200, file];
    const body = (): never => JSON.parse(Buffer.concat(chunks).toString()) as never;
    if (pathname === '/api/v2/signingCert') {
      const token = (request.headers.authorization ?? '').replace('Bearer ', '');
      return [200, JSON.stringify(await fulcio.issue(token, body()))];
    }
    if (pathname === '/api/v1/log/entries') {
      const { id, answer: entry } = rekor.add(body());
      return [201, JSON.stringify(entry), { etag: id, location: `${pathname}/${id}` }];
    }
    return [404, ''];
  };
  const server = createServer((request, response) => {
    answer(request).then(
      ([status, text, headers]) =>
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const started: StandInSigstore = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    fault: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
  return started;
}
