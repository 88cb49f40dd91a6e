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
    '{"header":{"version":"2.0"}}',
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
    'rpms.json: payload.rpms.Everything.s390x.x',
  ],
] as const)('a broken rpms.json is told with the place', async ([text, message]) => {
  write('compose/metadata/rpms.json', text);
  const compose = await openCompose(directory);

  await expect(compose.packages('s390x')).rejects.toThrow(message);
});

test('says of a place without a compose what it looked for', async () => {
  await expect(openCompose(join(directory, 'nowhere'))).rejects.toThrow('neither COMPOSE_ID nor STATUS');
  await expect(openCompose('http://127.0.0.1:9/x')).rejects.toThrow('cannot read http://127.0.0.1:9/x/');
  await expect(openCompose('ftp://example.com/x')).rejects.toThrow('cannot read a compose by ftp:');
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

function write(file: string, text: string): void {
  writeFileSync(join(directory, file), text);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
