import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedCompose, serveCompose } from './serve.ts';

const log: string[] = [];
let scratch: string;
let served: ServedCompose;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'serve-'));
  const root = join(scratch, 'root');
  mkdirSync(join(root, 'a b'), { recursive: true });
  writeFileSync(join(root, 'STATUS'), 'STARTED\n');
  writeFileSync(join(root, 'a b/c+d^e~f.rpm'), 'odd');
  writeFileSync(join(root, 'empty'), '');
  writeFileSync(join(scratch, 'secret'), 'secret');
  symlinkSync('../secret', join(root, 'leak'));
  served = await serveCompose(root, { log: (line) => log.push(line) });
});
afterAll(async () => {
  await served.close();
  rmSync(scratch, { recursive: true });
});

test('serves files, and says how large they are', async () => {
  const response = await fetch(`${served.url}/STATUS`);

  expect(await response.text()).toBe('STARTED\n');
  expect(response.headers.get('content-length')).toBe('8');
  expect(await (await fetch(`${served.url}/empty`)).text()).toBe('');
  expect(await (await fetch(`${served.url}/a%20b/c+d%5Ee~f.rpm`)).text()).toBe('odd');
});

test('answers HEAD without the file', async () => {
  const response = await fetch(`${served.url}/STATUS`, { method: 'HEAD' });

  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe('8');
  expect(await response.text()).toBe('');
});

test.for([
  ['bytes=0-2', 206, 'STA', 'bytes 0-2/8'],
  ['bytes=5-', 206, 'ED\n', 'bytes 5-7/8'],
  ['bytes=-3', 206, 'ED\n', 'bytes 5-7/8'],
  ['bytes=6-99', 206, 'D\n', 'bytes 6-7/8'],
  ['bytes=8-', 416, '', 'bytes */8'],
  ['bytes=-0', 416, '', 'bytes */8'],
  ['lines=1-2', 200, 'STARTED\n', null],
] as const)('answers the range %s with %i', async ([range, status, text, contentRange]) => {
  const response = await fetch(`${served.url}/STATUS`, { headers: { range } });

  expect(response.status).toBe(status);
  expect(await response.text()).toBe(text);
  expect(response.headers.get('content-range')).toBe(contentRange);
});

test.for([
  '/../secret',
  '/%2e%2e/secret',
  '/a%20b/..%2f..%2fsecret',
  '/leak',
  '/a%20b',
  '/',
  '/nothing',
  '/%',
])('gives nothing for %s', async (path) => {
  expect(await statusOf('GET', path)).toBe(404);
});

test('takes no other method', async () => {
  expect(await statusOf('PUT', '/STATUS')).toBe(405);
});

test('says what was asked for', async () => {
  log.length = 0;

  await statusOf('GET', '/nothing');

  await expect.poll(() => log).toEqual(['GET /nothing 404']);
});

/** Asks for the path as it is: fetch would take the dots out. */
function statusOf(method: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(served.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, method, path }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end();
  });
}
