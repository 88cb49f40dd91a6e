import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface ServedCompose extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  close(): Promise<void>;
}

interface ServeOptions {
  /** Takes a line for each request: method, path, status. */
  readonly log?: (line: string) => void;
}

/** Serves a directory over http on loopback, on a free port; nothing outside it, also not by a symbolic link. */
export async function serveCompose(directory: string, { log }: ServeOptions = {}): Promise<ServedCompose> {
  const root = await realpath(directory);
  // node:http is not imported: that would load all of undici for one of its exports (Node 24).
  const server = process.getBuiltinModule('node:http').createServer((request, response) => {
    if (log) response.once('close', () => log(`${request.method} ${request.url} ${response.statusCode}`));
    answer(root, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
  }
  const file = await findServed(root, request.url ?? '/');
  if (!file) return void response.writeHead(404).end();
  const range = rangeOf(request.headers.range, file.size);
  if (range === 'unsatisfiable') {
    return void response.writeHead(416, { 'content-range': `bytes */${file.size}` }).end();
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    'last-modified': file.modified.toUTCString(),
    ...(range ? { 'content-range': `bytes ${start}-${end}/${file.size}` } : {}),
  });
  if (request.method === 'HEAD' || file.size === 0) return void response.end();
  await pipeline(createReadStream(file.path, { start, end }), response);
}

async function findServed(
  root: string,
  url: string,
): Promise<{ path: string; size: number; modified: Date } | undefined> {
  try {
    const { pathname } = new URL(url, 'http://loopback');
    const path = await realpath(join(root, decodeURIComponent(pathname)));
    if (!path.startsWith(root + sep)) return undefined;
    const found = await stat(path);
    return found.isFile() ? { path, size: found.size, modified: found.mtime } : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110, section 14: one range of bytes; what is not understood is passed over. */
function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(?<first>\d*)-(?<last>\d*)$/.exec(header ?? '')?.groups;
  if (!match || (match.first === '' && match.last === '')) return undefined;
  if (match.first === '') {
    const length = Math.min(Number(match.last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(match.first);
  const end = match.last === '' ? size - 1 : Math.min(Number(match.last), size - 1);
  return start >= size || end < start ? 'unsatisfiable' : { start, end };
}
