import { expect, test } from 'vitest';
import { answer, id, serve } from '#test/nightly-compose';
import { openCompose } from './compose.ts';

test('a server that refuses is not asked again', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked++;
    response.writeHead(403).end();
  });

  await expect(openCompose(url)).rejects.toThrow(/cannot read .*: the server said 403/);

  expect(asked).toBe(1);
});

test('reads by http, and again after a fault of the server', async () => {
  let faults = 2;
  const url = await serve((request, response) => {
    if (faults-- > 0) return response.writeHead(503).end();
    return answer(request, response);
  });

  const compose = await openCompose(`${url}/nightly`);

  expect(compose.baseurl('Everything')).toBe(`${url}/nightly/compose/Everything/$basearch/os/`);
  expect((await compose.packages('s390x')).size).toBe(1);
});

test('after a redirect it is where that led', async () => {
  const url = await serve((request, response) => {
    const { url = '' } = request;
    if (!url.startsWith('/latest/')) return answer(request, response);
    return response.writeHead(302, { location: url.replace('latest', 'nightly') }).end();
  });

  const compose = await openCompose(`${url}/latest/`);

  expect(compose.location).toBe(`${url}/nightly`);
  expect(compose.baseurl('Everything')).toBe(`${url}/nightly/compose/Everything/$basearch/os/`);
});

test("behind a link on the server's side it is the directory that the id names", async () => {
  const url = await serve((request, response) => {
    request.url = request.url?.replace(/^\/(?:latest|Fedora-43-20261123\.n\.0)\//, '/nightly/') ?? '';
    answer(request, response);
  });

  expect((await openCompose(`${url}/latest`)).location).toBe(`${url}/${id}`);
});

test.for([
  ['another compose', 'Fedora-43-20261122.n.0'],
  ['a fault', 500],
] as const)('where the id names %s it stays where it is', { timeout: 30_000 }, async ([, found]) => {
  const url = await serve((request, response) => {
    if (request.url !== `/${id}/COMPOSE_ID`) return answer(request, response);
    return typeof found === 'number' ? response.writeHead(found).end() : response.end(found);
  });

  expect((await openCompose(`${url}/nightly`)).location).toBe(`${url}/nightly`);
});

test.for(['composeinfo.json', 'rpms.json'])(
  'a compose that moves while %s is read is noticed',
  async (file) => {
    const other = 'Fedora-43-20261124.n.0';
    let hasMoved = false;
    const url = await serve((request, response) => {
      if (hasMoved && request.url === '/nightly/COMPOSE_ID') return response.end(other);
      hasMoved ||= request.url === `/nightly/compose/metadata/${file}`;
      return answer(request, response);
    });

    const read = openCompose(`${url}/nightly`).then((compose) => compose.packages('s390x'));

    await expect(read).rejects.toThrow(`was ${id} at first and is ${other} now`);
  },
);

test('credentials in its address are used, and said nowhere', async () => {
  const url = await serve((request, response) => {
    const expected = `Basic ${Buffer.from('user:SECRET').toString('base64')}`;
    if (request.headers.authorization !== expected) return response.writeHead(401).end();
    return answer(request, response);
  });

  const compose = await openCompose(`${url.replace('//', '//user:SECRET@')}/nightly`);
  const packages = await compose.packages('s390x');

  expect(packages.size).toBe(1);
  expect(compose.location).toBe(`${url}/nightly`);
  expect(JSON.stringify([compose, compose.baseurl('Everything')])).not.toContain('SECRET');
  await expect(openCompose(`${url.replace('//', '//user:WRONG@')}/nightly`)).rejects.toThrow(
    `cannot read ${url}/nightly/COMPOSE_ID: the server said 401`,
  );
});

test('a server cannot make this machine read what is elsewhere', async () => {
  const inner = await serve((_, response) => response.end('secret'));
  const url = await serve((_, response) => response.writeHead(302, { location: inner }).end());

  await expect(openCompose(url)).rejects.toThrow(/^(?!.*secret).*leads to another host/);
  await expect(openCompose(url, { redirectHosts: [new URL(inner).host] })).rejects.toThrow(
    /^(?!.*secret).*holds no id of a compose/,
  );
});

test('a line on which next to nothing comes is given up', async () => {
  const url = await serve((request, response) => {
    if (!request.url?.endsWith('rpms.json')) return answer(request, response);
    response.write('{');
  });
  const compose = await openCompose(`${url}/nightly`, { idleTimeout: 200 });

  await expect(compose.packages('s390x')).rejects.toThrow('next to nothing came for 0.2 s');
});
