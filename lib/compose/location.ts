import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ComposeUnreachableError, InvalidComposeError } from './errors.ts';

/** Where a compose is: a directory or a URL. */
export interface Location {
  readonly name: string;
  /** Absolute path, where it is no URL. */
  readonly directory?: string;
  /** Text of a file below it, undefined when there is none. */
  read(path: string): Promise<string | undefined>;
}

const ATTEMPTS = 4;
const TIMEOUT = 60_000;
/** Bytes; rpms.json of Everything has some 60 MB. */
const LIMIT = 512 * 1024 * 1024;

export function locate(location: string, { signal }: { signal?: AbortSignal | undefined } = {}): Location {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(location)) return directory(location);
  let url: URL;
  try {
    url = new URL(location.endsWith('/') ? location : `${location}/`);
    if (url.protocol === 'file:') return directory(fileURLToPath(url));
  } catch (cause) {
    throw new InvalidComposeError(`not a URL: ${location}`, { cause });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new InvalidComposeError(`cannot read a compose by ${url.protocol} ${location}`, {
      hint: 'give a directory or an http(s) URL',
    });
  }
  return { name: location, read: (path) => fetchText(new URL(path, url), signal) };
}

function directory(root: string): Location {
  return {
    name: root,
    directory: resolve(root),
    read: async (path) => {
      try {
        return await readFile(join(root, path), 'utf8');
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw new ComposeUnreachableError(`cannot read ${join(root, path)}`, { cause });
      }
    },
  };
}

/** Tries again what can succeed later: a server's fault (5xx, 429) or a broken connection. */
async function fetchText(url: URL, signal: AbortSignal | undefined): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    const last = attempt === ATTEMPTS;
    try {
      const limit = AbortSignal.timeout(TIMEOUT);
      const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, limit]) : limit });
      if (response.ok) return await limited(response, url);
      await response.body?.cancel();
      if (response.status === 404 || response.status === 410) return undefined;
      const error = new ComposeUnreachableError(
        `cannot read ${url.href}: the server said ${response.status}`,
      );
      if (last || (response.status < 500 && response.status !== 429)) throw error;
    } catch (cause) {
      if (cause instanceof ComposeUnreachableError || cause instanceof InvalidComposeError) throw cause;
      signal?.throwIfAborted();
      if (last) {
        throw new ComposeUnreachableError(`cannot read ${url.href}`, {
          cause: (cause as Error).cause ?? cause,
          hint: 'is the compose served there, and reachable from this machine?',
        });
      }
    }
    await sleep(200 * 2 ** attempt, undefined, signal ? { signal } : {});
  }
}

async function limited(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LIMIT) throw new InvalidComposeError(`${url.href} is larger than ${LIMIT} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
