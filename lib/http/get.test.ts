import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createAgent } from './agents.ts';
import { DownloadError, TooLargeError } from './errors.ts';
import { get } from './get.ts';

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.closeAllConnections();
});

test('gives what is there, and nothing for what is not', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/a') return response.end('text');
    return response.writeHead(request.url === '/gone' ? 410 : 404).end('text');
  });

  expect((await get(new URL('/a', url), { limit: 4 }))?.bytes.toString()).toBe('text');
  expect(await get(new URL('/b', url), { limit: 4 })).toBeUndefined();
  expect(await get(new URL('/gone', url), { limit: 4 })).toBeUndefined();
});

test('follows on the same origin, and says where that led', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/latest/a') return response.writeHead(302, { location: '../1/a' }).end();
    return response.end(request.url);
  });

  const document = await get(new URL('/latest/a', url), { limit: 99 });

  expect(document?.url.href).toBe(`${url.href}1/a`);
});

test('another origin is not asked, unless it is named, and then without our credentials', async () => {
  const seen: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end('there');
  });
  const from = await serve((_, response) =>
    response.writeHead(301, { location: `${other.href}x?secret` }).end(),
  );
  const options = { limit: 99, userinfo: { username: 'u', password: 'p' }, attempts: 3 };

  await expect(get(from, options)).rejects.toThrow(/leads to another host, http:\/\/127\.0\.0\.1:\d+$/);
  expect(seen).toEqual([]);
  expect((await get(from, { ...options, redirectHosts: [other.host] }))?.bytes.toString()).toBe('there');
  expect(seen).toEqual([undefined]);
});

test.for(['file:///etc/passwd', 'gopher://x/', 'http://', ''])('does not follow to %j', async (location) => {
  const url = await serve((_, response) => response.writeHead(302, { location }).end());

  await expect(get(url, { limit: 99 })).rejects.toThrow(/it leads to no address|more than 10 times/);
});

test('ends where redirects do not', async () => {
  const url = await serve((request, response) => {
    response.writeHead(307, { location: request.url === '/a' ? '/b' : '/a' }).end();
  });

  await expect(get(url, { limit: 99 })).rejects.toThrow('leads on more than 10 times');
});

test('sends credentials where they belong', async () => {
  const url = await serve((request, response) => response.end(request.headers.authorization));

  const document = await get(url, { limit: 99, userinfo: { username: 'u', password: 'p:w' } });

  expect(document?.bytes.toString()).toBe(`Basic ${Buffer.from('u:p:w').toString('base64')}`);
});

test.for([true, false])('has a limit of size, with the length said: %s', async (isSaid) => {
  const url = await serve((_, response) => {
    if (isSaid) response.setHeader('content-length', 5);
    response.write('12');
    response.end('345');
  });

  await expect(get(url, { limit: 4 })).rejects.toThrow(TooLargeError);
  expect((await get(url, { limit: 5 }))?.bytes.length).toBe(5);
});

test('asks again after a fault, and not after a refusal', async () => {
  let asked = 0;
  const url = await serve((request, response) => {
    asked++;
    if (request.url === '/no') return response.writeHead(403).end();
    return asked < 3 ? response.writeHead(503).end() : response.end('ok');
  });

  expect((await get(url, { limit: 9, attempts: 3 }))?.bytes.toString()).toBe('ok');
  asked = 0;
  await expect(get(new URL('/no', url), { limit: 9, attempts: 3 })).rejects.toMatchObject({ status: 403 });
  expect(asked).toBe(1);
});

test.for([
  ['501 is the same tomorrow', 501, {}],
  ['more patience is asked for than there is', 503, { 'retry-after': '3600' }],
] as const)('does not ask again where %s', async ([, status, headers]) => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked++;
    response.writeHead(status, headers).end();
  });

  await expect(get(url, { limit: 9, attempts: 3 })).rejects.toMatchObject({ status });
  expect(asked).toBe(1);
});

test('waits as long as the server asks for', async () => {
  let last = 0;
  const waits: number[] = [];
  const url = await serve((_, response) => {
    if (last !== 0) waits.push(Date.now() - last);
    last = Date.now();
    return waits.length === 0 ? response.writeHead(429, { 'retry-after': '1' }).end() : response.end('ok');
  });

  expect((await get(url, { limit: 9, attempts: 2 }))?.bytes.toString()).toBe('ok');
  expect(waits[0]).toBeGreaterThanOrEqual(990);
});

test('a slow but honest line ends well, one on which nothing comes does not', async () => {
  const url = await serve((request, response) => {
    // The server sends a kilobyte now and then: in all that takes longer than the timeout.
    const part = 'x'.repeat(request.url === '/drip' ? 1 : 1_024);
    for (let at = 0; at < 8; at++) setTimeout(() => response.write(part), at * 100);
    setTimeout(() => response.end(), 800);
  });
  const options = { limit: 9_999, idleTimeout: 400 };

  expect((await get(url, options))?.bytes.length).toBe(8_192);
  await expect(get(new URL('/drip', url), options)).rejects.toThrow('next to nothing came for 0.4 s');
});

test('a connection that breaks midway is no whole document', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('12345', () => response.destroy());
  });

  await expect(get(url, { limit: 99 })).rejects.toThrow(DownloadError);
});

test('nobody who answers is an error that says where', async () => {
  await expect(get(new URL('http://127.0.0.1:9/x'), { limit: 9 })).rejects.toThrow(
    /^cannot read http:\/\/127\.0\.0\.1:9\/x: .*ECONNREFUSED/,
  );
});

test('a proxy that cannot be used is not told with its password', async () => {
  vi.stubEnv('HTTP_PROXY', 'http://u:se/cret@proxy:1');

  await expect(get(new URL('http://elsewhere.invalid/'), { limit: 9 })).rejects.toThrow(
    /^(?!.*cret).*http:\/\/\*\*\*@proxy:1/,
  );
});

test('ends when it is told to', async () => {
  const url = await serve(() => {});
  const signal = AbortSignal.timeout(50);

  await expect(get(url, { limit: 9, signal, attempts: 3 })).rejects.toThrow(/timeout/);
});

// Node's own 250 ms would give up on the first of two addresses: nodejs/node#54359.
test('each address of a host has some seconds', () => {
  const options: unknown = Reflect.get(createAgent(new URL('http://host/')), 'options');

  expect(options).toMatchObject({ autoSelectFamilyAttemptTimeout: 5_000 });
});

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}
