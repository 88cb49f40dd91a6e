import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepConnections } from './agents.ts';
import { type DownloadOptions, download } from './download.ts';
import { DownloadError, NotWrittenError, TooLargeError, WrongContentError } from './errors.ts';

const content = randomBytes(3 * 1024 * 1024 + 17);
const hex = createHash('sha256').update(content).digest('hex');
const whole = { size: content.length, checksum: { algorithm: 'sha256', hex }, limit: 1e9 } as const;
const servers: Server[] = [];
let scratch: string;
let path: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'download-'));
  path = join(scratch, 'file');
});
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
  rmSync(scratch, { recursive: true });
});

test('writes what is there, and replaces what was', async () => {
  const url = await serve((_, response) => response.end(content));

  await download(url, { ...whole, path });
  await download(url, { ...whole, path });

  expect(readFileSync(path).equals(content)).toBe(true);
});

test.for([
  ['with a strong ETag', { etag: '"1"' }, '"1"'],
  ['with a date', { 'last-modified': 'Thu, 26 Nov 2026 00:00:00 GMT' }, 'Thu, 26 Nov 2026 00:00:00 GMT'],
  ['with a weak ETag and nothing else', { etag: 'W/"1"' }, undefined],
] as const)('goes on where the connection broke, %s', async ([, headers, ifRange]) => {
  const asked: IncomingMessage['headers'][] = [];
  const url = await serve((request, response) => {
    asked.push(request.headers);
    sendRange(request, response, { headers, cutAfter: asked.length < 4 ? 700_000 : undefined });
  });

  await download(url, { ...whole, path, attempts: 4 });

  expect(readFileSync(path).equals(content)).toBe(true);
  const starts = asked.map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]));
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  expect(starts.at(-1)).toBeGreaterThan(1_000_000);
  expect(asked.at(-1)?.['if-range']).toBe(ifRange);
});

test('each mebibyte that comes gives new patience', async () => {
  let asked = 0;
  const url = await serve((request, response) => {
    asked++;
    sendRange(request, response, { headers: { etag: '"1"' }, cutAfter: 1_200_000 });
  });

  await download(url, { ...whole, path, attempts: 2 });

  expect(asked).toBe(3);
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('begins again where the server does not know ranges, or has another document by now', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked++;
    response.writeHead(200, { 'content-length': asked === 1 ? content.length + 9 : content.length });
    if (asked === 1) return response.write(randomBytes(500_000), () => response.destroy());
    return response.end(content);
  });

  await download(url, { limit: 1e9, path, attempts: 2 });

  expect(readFileSync(path).equals(content)).toBe(true);
});

test('parts of two versions are no document: it is asked for as a whole', async () => {
  const other = Buffer.from(content).reverse();
  const ranges: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    ranges.push(request.headers.range);
    // The server never says which version it sends.
    sendRange(request, response, {
      body: ranges.length === 1 ? other : content,
      cutAfter: ranges.length === 1 ? 700_000 : undefined,
    });
  });

  await download(url, { ...whole, path, attempts: 3 });

  expect(ranges.map((range) => range === undefined)).toEqual([true, false, true]);
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('a range that is not there begins again', async () => {
  let asked = 0;
  const url = await serve((request, response) => {
    asked++;
    if (asked === 2) return response.writeHead(416).end();
    return sendRange(request, response, { cutAfter: asked === 1 ? 700_000 : undefined });
  });

  await download(url, { ...whole, path, attempts: 3 });

  expect(readFileSync(path).equals(content)).toBe(true);
});

test.for<[what: string, listener: RequestListener, options: Partial<DownloadOptions>, error: unknown]>([
  [
    'another digest',
    (_, answer) => answer.end(Buffer.from(content).fill(1, 9, 10)),
    whole,
    WrongContentError,
  ],
  ['more bytes', (_, answer) => answer.end(Buffer.concat([content, content])), whole, WrongContentError],
  ['fewer bytes', (_, answer) => answer.end(content.subarray(9)), whole, WrongContentError],
  [
    'more bytes, without saying so',
    (_, answer) => {
      answer.write(content);
      answer.end('x');
    },
    whole,
    WrongContentError,
  ],
  ['more than anybody takes', (_, answer) => answer.end(content), { limit: 1000 }, TooLargeError],
  ['nothing', (_, answer) => answer.writeHead(404).end(), whole, DownloadError],
])('%s is an error that is not tried again', async ([, listener, options, error]) => {
  let asked = 0;
  const url = await serve((request, response) => {
    asked++;
    listener(request, response);
  });

  await expect(download(url, { limit: 1e9, attempts: 3, ...options, path })).rejects.toThrow(error as never);
  expect(asked).toBe(1);
});

test('fewer bytes than wanted on a connection that ends well are a broken one', async () => {
  const url = await serve((request, response) => {
    if (request.headers.range !== undefined) return sendRange(request, response, {});
    response.write(content.subarray(0, 1000));
    return response.end();
  });

  await expect(download(url, { ...whole, path })).rejects.toThrow(`1000 of ${content.length} bytes came`);
  await download(url, { ...whole, path, attempts: 2 });
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('a server that drips is told within two timeouts', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked++;
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });

  await expect(download(url, { limit: 1e9, path, idleTimeout: 200, attempts: 9 })).rejects.toThrow(
    'next to nothing came for 0.2 s',
  );
  expect(asked).toBe(2);
});

test('a full disk is told as that, once', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked++;
    response.end(content);
  });

  await expect(download(url, { ...whole, path: '/dev/full', attempts: 3 })).rejects.toThrow(NotWrittenError);
  expect(asked).toBe(1);
});

test('one connection is used for many', async () => {
  let connections = 0;
  const url = await serve((_, response) => response.end('x'));
  servers[0]?.on('connection', () => connections++);
  using kept = keepConnections(2);

  for (let index = 0; index < 5; index++) await download(url, { limit: 1, path, agentFor: kept.agentFor });

  expect(connections).toBe(1);
});

test('ends when it is told to', async () => {
  const url = await serve((_, response) => void response.write('x'));

  await expect(
    download(url, { limit: 9, path, signal: AbortSignal.timeout(50), attempts: 3 }),
  ).rejects.toThrow(/timeout/);
});

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly cutAfter?: number | undefined;
}

function sendRange(
  request: IncomingMessage,
  response: Parameters<RequestListener>[1],
  { headers = {}, body = content, cutAfter }: Sent,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = body.subarray(from);
  const length = { 'content-length': rest.length };
  if (from === 0) response.writeHead(200, { ...headers, ...length });
  else response.writeHead(206, { ...headers, ...length, 'content-range': `bytes ${from}-9/${body.length}` });
  if (cutAfter === undefined || rest.length <= cutAfter) response.end(rest);
  else response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 50));
}

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}
