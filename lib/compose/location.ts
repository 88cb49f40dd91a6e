import { lstat, open, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DownloadError, get, TooLargeError } from '#lib/http';
import { parseAddress, printable, type Userinfo } from '#lib/text';
import { ComposeUnreachableError, InvalidComposeError } from './errors.ts';

/** Where a compose is: a directory or a URL. */
export interface Location {
  /** As it may be told and written: without userinfo, without a slash at its end. */
  readonly name: string;
  /** Absolute path, where it is no URL. */
  readonly directory?: string;
  /** A file below it, undefined when there is none. */
  read(path: string, limit: number): Promise<LocatedFile | undefined>;
  /** The directory of a name beside it, where it may be. */
  sibling(name: string): Location | undefined;
}

export interface LocatedFile {
  readonly text: string;
  /** Where the file was found: elsewhere, if what was asked for is a link. */
  readonly root: Location;
}

export interface LocateOptions {
  readonly signal?: AbortSignal | undefined;
  readonly redirectHosts?: readonly string[] | undefined;
  /** Milliseconds in which something must come. */
  readonly idleTimeout?: number | undefined;
}

const ATTEMPTS = 4;

/** @throws {InvalidComposeError} whose message does not quote the location: a secret may stand in it */
export function locateCompose(location: string, options: LocateOptions = {}): Location {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(location)) return directory(location);
  const address = parseAddress(location);
  if (address === undefined) {
    throw new InvalidComposeError('what should say where the compose is is not a URL', {
      hint: 'give a directory or an http(s) URL; / ? # and @ in a password are written %2F %3F %23 %40',
    });
  }
  const { url, userinfo } = address;
  if (url.protocol === 'file:') return directory(pathOf(url));
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new InvalidComposeError(`cannot read a compose by ${url.protocol}`, {
      hint: 'give a directory or an http(s) URL',
    });
  }
  if (url.search !== '' || url.hash !== '') {
    throw new InvalidComposeError(
      `cannot read a compose at ${url.origin}${url.pathname}: its URL has a query or fragment`,
      { hint: 'give the URL of the directory that holds COMPOSE_ID and STATUS' },
    );
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  return web(url, userinfo, options);
}

function pathOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new InvalidComposeError(`not a URL: ${url.href}`, { hint: 'a file of this machine is file:///…' });
  }
}

/** @param root whose path ends in a slash */
function web(root: URL, userinfo: Userinfo | undefined, options: LocateOptions): Location {
  const here: Location = {
    name: root.href.replace(/\/+$/, ''),
    async read(path, limit) {
      const asked = new URL(path, root);
      const found = await fetchText(asked, limit, userinfo, options);
      if (found === undefined) return undefined;
      return { text: found.text, root: found.url === asked.href ? here : moved(found.url, path) };
    },
    sibling: (name) =>
      root.pathname === '/'
        ? undefined
        : web(new URL(`../${encodeURIComponent(name)}/`, root), userinfo, options),
  };
  // A redirect to another origin is followed without our credentials.
  const moved = (href: string, path: string): Location => {
    if (!href.endsWith(`/${path}`)) return here;
    const url = new URL(href.slice(0, -path.length));
    return web(url, url.origin === root.origin ? userinfo : undefined, options);
  };
  return here;
}

async function fetchText(
  url: URL,
  limit: number,
  userinfo: Userinfo | undefined,
  options: LocateOptions,
): Promise<{ text: string; url: string } | undefined> {
  try {
    const document = await get(url, { ...options, limit, userinfo, attempts: ATTEMPTS });
    return document && { text: document.bytes.toString('utf8'), url: document.url.href };
  } catch (error) {
    if (error instanceof TooLargeError) throw new InvalidComposeError(error.message);
    if (!(error instanceof DownloadError)) throw error;
    throw new ComposeUnreachableError(error.message, {
      hint:
        error.status === undefined
          ? 'is the compose served there, and reachable from this machine?'
          : (error.hint ?? 'is the address right, and may this machine read there?'),
    });
  }
}

function directory(path: string): Location {
  const root = resolve(path);
  const here: Location = {
    name: path.length > 1 ? path.replace(/\/+$/, '') : path,
    directory: root,
    async read(file, limit) {
      const text = await readText(join(root, file), limit);
      return text === undefined ? undefined : { text, root: await withoutLink(here, root) };
    },
    sibling: (name) => (name === basename(root) ? undefined : directory(join(dirname(root), name))),
  };
  return here;
}

async function withoutLink(here: Location, root: string): Promise<Location> {
  return (await lstat(root)).isSymbolicLink() ? directory(await realpath(root)) : here;
}

async function readText(path: string, limit: number): Promise<string | undefined> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > limit) throw new InvalidComposeError(`${printable(path)} has more than ${limit} bytes`);
    return await file.readFile('utf8');
  } catch (cause) {
    if (cause instanceof InvalidComposeError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ComposeUnreachableError(`cannot read ${printable(path)}`, { cause });
  }
}
