import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCompose } from './compose.ts';

const id = 'Fedora-43-20261123.n.0';
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'compose-'));
  mkdirSync(join(directory, 'compose/metadata'), { recursive: true });
  write('COMPOSE_ID', id);
  write('STATUS', 'STARTED\n');
  write('compose/metadata/composeinfo.json', JSON.stringify(info));
  write('compose/metadata/rpms.json', JSON.stringify(rpms));
});
afterEach(() => rmSync(directory, { recursive: true }));

const info = {
  header: { type: 'productmd.composeinfo', version: '1.2' },
  payload: {
    compose: { id, date: '20261123', type: 'nightly', respin: 0 },
    release: { name: 'Fedora', short: 'Fedora', version: '43', type: 'ga', is_layered: false },
    variants: {
      Everything: {
        id: 'Everything',
        uid: 'Everything',
        name: 'Everything',
        type: 'variant',
        arches: ['s390x'],
        paths: {},
      },
    },
  },
};
const rpm = { path: 'Everything/s390x/os/Packages/b/bash.rpm', sigkey: null };
const rpms = {
  header: { type: 'productmd.rpms', version: '1.2' },
  payload: {
    rpms: {
      Everything: {
        s390x: {
          'bash-0:5.3-1.fc43.src': {
            'bash-0:5.3-1.fc43.s390x': { ...rpm, category: 'binary' },
            'bash-0:5.3-1.fc43.src': { ...rpm, category: 'source' },
          },
        },
      },
    },
  },
};

test('opens a compose in progress', async () => {
  const compose = await openCompose(directory);

  expect(compose).toMatchObject({ id, status: 'STARTED', info: { release: { version: '43' } } });
  expect(compose.baseurl('Everything')).toBe(`file://${directory}/compose/Everything/$basearch/os/`);
  expect([...(await compose.packages('s390x'))]).toEqual(['bash-0:5.3-1.fc43.s390x']);
  expect([...(await compose.packages('x86_64'))]).toEqual([]);
});

test.for([
  ['STATUS', undefined, 'has no STATUS'],
  ['STATUS', 'DOOMED', `the compose ${id} is DOOMED`],
  ['STATUS', 'BROKEN', 'unknown STATUS "BROKEN"'],
  ['COMPOSE_ID', 'Fedora-44-20261123.n.0', 'composeinfo.json says'],
  ['compose/metadata/composeinfo.json', undefined, 'has no compose/metadata/composeinfo.json'],
  [
    'compose/metadata/composeinfo.json',
    '{"header":{"version":"3.0"}}',
    'composeinfo.json is not as productmd writes it: header.version',
  ],
] as const)('with %s as %s it refuses', async ([file, text, message]) => {
  if (text === undefined) rmSync(join(directory, file));
  else write(file, text);

  await expect(openCompose(directory)).rejects.toThrow(message);
});

test.for([
  ['{', 'rpms.json is not JSON'],
  [
    JSON.stringify({ ...rpms, payload: { rpms: { Everything: { s390x: { x: { y: {} } } } } } }),
    'payload.rpms.Everything.s390x.x.y',
  ],
  [
    JSON.stringify({
      ...rpms,
      payload: { rpms: { Everything: { s390x: { x: { nonsense: { ...rpm, category: 'binary' } } } } } },
    }),
    'payload.rpms.Everything.s390x.x: not a package name-',
  ],
] as const)('a broken rpms.json is told with the place', async ([text, message]) => {
  write('compose/metadata/rpms.json', text);
  const compose = await openCompose(directory);

  await expect(compose.packages('s390x')).rejects.toThrow(message);
});

test('of a compose in progress, whose composeinfo.json comes last, it reads what is there', async () => {
  rmSync(join(directory, 'compose/metadata/composeinfo.json'));
  mkdirSync(join(directory, 'work/global'), { recursive: true });
  const base = { ...info, payload: { ...info.payload, variants: {} } };
  write('work/global/composeinfo-base.json', JSON.stringify(base));

  const compose = await openCompose(directory);

  expect(compose.info.variants).toEqual({ Everything: { uid: 'Everything', arches: ['s390x'], paths: {} } });
  expect(compose.baseurl('Everything')).toContain('/compose/Everything/$basearch/os/');
});

test('reads what productmd 2 writes', async () => {
  const location = {
    url: 'Everything/s390x/os',
    size: null,
    checksum: null,
    local_path: 'Everything/s390x/os',
  };
  const remote = { ...location, url: 'https://cdn.example/43/s390x/os' };
  write('compose/metadata/composeinfo.json', withPaths({ repository: { s390x: remote } }, '2.0'));
  const entry = { location, sigkey: null, category: 'binary' };
  const payload = { rpms: { Everything: { s390x: { 'a-0:1-1.src': { 'a-0:1-1.s390x': entry } } } } };
  write(
    'compose/metadata/rpms.json',
    JSON.stringify({ header: { ...rpms.header, version: '2.0' }, payload }),
  );

  const compose = await openCompose(directory);

  expect(compose.baseurl('Everything')).toBe('https://cdn.example/43/$basearch/os/');
  expect([...(await compose.packages('s390x'))]).toEqual(['a-0:1-1.s390x']);
});

test.for([
  [{ s390x: 'Everything/s390x/os', aarch64: 'Everything/aarch64/os' }, 'compose/Everything/$basearch/os/'],
  [{ s390x: 'Everything/s390x/tree/' }, 'compose/Everything/$basearch/tree/'],
  [{ s390x: 'Everything/s390x/os', aarch64: 'Alt/aarch64/os' }, undefined],
] as const)('the repositories at %j have one URL, or are refused', async ([tree, below]) => {
  write('compose/metadata/composeinfo.json', withPaths({ os_tree: tree }));
  const compose = await openCompose(directory);

  if (below === undefined) expect(() => compose.baseurl('Everything')).toThrow('follow no pattern');
  else expect(compose.baseurl('Everything')).toBe(`file://${directory}/${below}`);
});

test('a compose in a directory gets the URLs that the directory is served under', async () => {
  const translatePaths = [[tmpdir(), 'https://kojipkgs.example/compose/']] as const;

  const compose = await openCompose(directory, { translatePaths });

  const name = directory.slice(tmpdir().length + 1);
  expect(compose.baseurl('Everything')).toBe(
    `https://kojipkgs.example/compose/${name}/compose/Everything/$basearch/os/`,
  );
});

test('says which variants there are', async () => {
  const compose = await openCompose(directory);

  expect(() => compose.baseurl('Server')).toThrow(`the compose ${id} has no variant Server`);
});

test('says of a place without a compose what it looked for', async () => {
  await expect(openCompose(join(directory, 'nowhere'))).rejects.toThrow('neither COMPOSE_ID nor STATUS');
  await expect(openCompose('http://127.0.0.1:9/x')).rejects.toThrow('cannot read http://127.0.0.1:9/x/');
  await expect(openCompose('file://elsewhere/x')).rejects.toThrow('not a URL: file://elsewhere/x');
  await expect(openCompose('ftp://example.com/x')).rejects.toThrow('cannot read a compose by ftp:');
});

test('a server that refuses is not asked again', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.writeHead(403).end();
  });
  const url = await listen(server);

  await expect(openCompose(url)).rejects.toThrow(/cannot read .*: the server said 403/);

  // COMPOSE_ID and STATUS, at most.
  expect(asked).toBeLessThanOrEqual(2);
  server.close();
});

test('reads by http, and again after a fault of the server', async () => {
  let faults = 2;
  const server = createServer((request, response) => {
    if (faults-- > 0) return response.writeHead(503).end();
    const text = files.get(request.url ?? '');
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  const url = await listen(server);

  const compose = await openCompose(`${url}/nightly`);

  expect(compose.baseurl('Everything')).toBe(`${url}/nightly/compose/Everything/$basearch/os/`);
  expect((await compose.packages('s390x')).size).toBe(1);
  server.close();
});

const files = new Map([
  ['/nightly/COMPOSE_ID', id],
  ['/nightly/STATUS', 'FINISHED'],
  ['/nightly/compose/metadata/composeinfo.json', JSON.stringify(info)],
  ['/nightly/compose/metadata/rpms.json', JSON.stringify(rpms)],
]);

function withPaths(paths: object, version = '1.2'): string {
  const { Everything } = info.payload.variants;
  const variants = { Everything: { ...Everything, paths } };
  return JSON.stringify({ header: { ...info.header, version }, payload: { ...info.payload, variants } });
}

function write(file: string, text: string): void {
  writeFileSync(join(directory, file), text);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
