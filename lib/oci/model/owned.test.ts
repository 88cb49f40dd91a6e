import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRegistry } from '#test/registries/registry';
import {
  createDigester,
  createLayout,
  createMemoryTarget,
  createRegistryClient,
  digestOf,
} from '../index.ts';
import { isOwned, markOwned, release } from './owned.ts';

const MEBIBYTE = 1024 * 1024;
const block = Buffer.alloc(MEBIBYTE, 7);
const size = 128 * MEBIBYTE;
const digester = createDigester();
for (let sent = 0; sent < size; sent += block.length) digester.update(block);
const descriptor = { mediaType: 'application/octet-stream', digest: digester.digest(), size };
const client = createRegistryClient({ credentials: async () => undefined });

let folder: string;
let server: Server;
let host: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owned-'));
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': String(size) });
    Readable.from(blocks()).pipe(response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  client.close();
  server.close();
  await rm(folder, { recursive: true });
});

test('what is pulled and pushed waits in no buffers for the garbage collector', async () => {
  const layout = createLayout(folder);
  await using registry = await startRegistry();

  const pulled = await buffersDuring(() =>
    layout.push(descriptor, () => client.repository(`${host}/a`).fetch(descriptor)),
  );
  const pushed = await buffersDuring(() =>
    client.repository(`${registry.host}/a`).push(descriptor, () => layout.fetch(descriptor)),
  );

  expect(pulled).toBeLessThan(16 * MEBIBYTE);
  expect(pushed).toBeLessThan(16 * MEBIBYTE);
});

test('a chunk that a target keeps is not given back', async () => {
  const layout = createLayout(folder);
  const memory = createMemoryTarget();
  const bytes = Buffer.from('kept');
  const small = { mediaType: 'text/plain', digest: digestOf(bytes), size: bytes.length };

  await memory.push(small, bytes);
  await layout.push(small, () => memory.fetch(small));

  expect(await readFile(join(folder, 'blobs', ...small.digest.split(':')), 'utf8')).toBe('kept');
  expect(bytes.toString()).toBe('kept');
});

test('a slice of something larger is not given back', () => {
  const whole = new Uint8Array(8);

  release(whole.subarray(0, 4));
  expect(whole.length).toBe(8);

  release(whole);
  expect(whole.length).toBe(0);
});

test('only what was marked is owned', () => {
  const stream = (async function* () {})();

  expect(isOwned(stream)).toBe(false);
  expect(isOwned(markOwned(stream))).toBe(true);
});

function* blocks(): Generator<Uint8Array> {
  for (let sent = 0; sent < size; sent += block.length) yield block;
}

/** The most bytes that buffers held while `body` ran, beyond those from before. */
async function buffersDuring(body: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 2);
  await body();
  clearInterval(timer);
  return most;
}
