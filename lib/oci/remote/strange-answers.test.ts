import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { explain } from '#lib/errors';
import { behindFaults } from '#test/registries/behind-faults';
import { type Fault, type FaultProxy, type Seen, startFaultProxy } from '#test/registries/fault-proxy';
import { answer, where } from '#test/registries/faults';
import { copy } from '../copy/copy.ts';
import { collect } from '../model/content.ts';
import { describe } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { NotFoundError, RegistryError } from '../model/errors.ts';
import { DigestMismatchError } from '../model/mismatch.ts';
import { packLayer } from '../write/pack.ts';
import { pushImage, pushIndex } from '../write/push-image.ts';
import type { RegistryClient } from './registry-client.ts';
import type { Repository } from './repository.ts';

// Some questions only save work: mount, HEAD, exists, referrers. Whatever comes back, the work must be done.

const INDEX = 'application/vnd.oci.image.index.v1+json';
const BLOB = randomBytes(100_000);
const DESCRIPTOR = describe('application/octet-stream', BLOB);
const config = { os: 'linux', architecture: 'amd64' };

const behind = behindFaults({ retry: { delay: 1 } });
let proxy: FaultProxy;
let client: RegistryClient;
let waits: readonly number[];
let from: Repository;
let to: Repository;

beforeEach(() => {
  ({ proxy, client, waits } = behind);
  from = behind.repository('from');
  to = behind.repository('to');
});

const isMount = ({ method, path }: Seen) => method === 'POST' && path.includes('mount=');
const isManifest = ({ path }: Seen) => path.includes('/manifests/');
const isBlob = ({ path }: Seen) => /\/blobs\/sha256:/.test(path);

const HTML = answer(200, { 'content-type': 'text/html' }, '<html>welcome</html>');

test.for<[name: string, fault: Fault]>([
  ...[200, 204, 301, 302, 400, 401, 403, 404, 405, 406, 409, 410, 413, 429, 500, 501, 502, 503, 504].map(
    (status): [string, Fault] => [String(status), answer(status)],
  ),
  ['a page for people', HTML],
  ['503 with Retry-After', answer(503, { 'retry-after': '3600' })],
  ['201 with a Location of something else', answer(201, { location: '/v2/other/blobs/sha256:0' })],
  ['201 without a Location', answer(201)],
  ['202 without a Location', answer(202)],
  ['202 with a Location that is none', answer(202, { location: 'http://[' })],
  ['a reset connection', { kind: 'reset-request', after: 0 }],
  ['an answer that gets lost', { kind: 'lose-answer' }],
])('a mount answered by %s is a plain upload, at once', async ([, fault]) => {
  await from.push(DESCRIPTOR, BLOB);
  proxy.fault = where(isMount, fault);

  expect(await to.push(DESCRIPTOR, () => from.fetch(DESCRIPTOR), { from })).toBe('pushed');

  expect(await collect(to.fetch(DESCRIPTOR))).toEqual(BLOB);
  expect(proxy.seen.filter(isMount)).toHaveLength(1);
  expect(waits).toEqual([]);
});

test.for<[name: string, headers: Record<string, string>]>([
  ['a digest and no Location', { 'docker-content-digest': DESCRIPTOR.digest }],
  [
    'a Location with the digest escaped',
    { location: `/v2/x/blobs/${DESCRIPTOR.digest.replace(':', '%3A')}` },
  ],
])('a mount answered by 201 with %s is done', async ([, headers]) => {
  proxy.fault = where(isMount, answer(201, headers));

  expect(await to.push(DESCRIPTOR, BLOB, { from })).toBe('mounted');
});

test.for<[name: string, fault: Fault]>([
  ['no bytes', answer(200, { 'content-length': '0', 'content-type': INDEX })],
  [
    'no bytes, type and digest right',
    answer(200, {
      'content-length': '0',
      'content-type': INDEX,
      'docker-content-digest': DESCRIPTOR.digest,
    }),
  ],
  [
    'packed bytes',
    answer(200, { 'content-encoding': 'gzip', 'content-length': '77', 'content-type': INDEX }),
  ],
  ...[400, 403, 404, 405, 406, 500, 501, 503].map((status): [string, Fault] => [
    String(status),
    answer(status),
  ]),
  ['a page for people', HTML],
  ['a redirect to where nobody may look', answer(307, { location: '/v2/forbidden' })],
])('a manifest whose HEAD is answered by %s is asked for by GET', async ([, fault]) => {
  const layers = [await packLayer([{ path: 'file', content: 'content' }])];
  const root = await pushImage(to, { config, layers, tags: ['1'] });
  proxy.fault = where((seen) => isManifest(seen) && seen.method === 'HEAD', fault);

  expect(await to.resolve('1')).toMatchObject({ digest: root.digest, size: root.size });
  await expect(to.resolve('2')).rejects.toThrow(NotFoundError);
  await pushIndex(to, { manifests: [root] });
  expect(waits).toEqual([]);
});

test.for<[name: string, fault: Fault]>([
  ...[400, 401, 403, 405, 500, 501, 503].map((status): [string, Fault] => [String(status), answer(status)]),
  ['a page for people', HTML],
  ['no bytes', answer(200, { 'content-length': '0' })],
])('a blob whose HEAD is answered by %s is found by GET of a byte', async ([, fault]) => {
  await to.push(DESCRIPTOR, BLOB);
  proxy.fault = where((seen) => isBlob(seen) && seen.method === 'HEAD', fault);

  expect(await to.exists(DESCRIPTOR)).toBe(true);
  expect(await to.exists(describe('application/octet-stream', Buffer.from('other')))).toBe(false);
  expect(proxy.seen.findLast(isBlob)).toMatchObject({ method: 'GET', headers: { range: 'bytes=0-0' } });
});

test('a blob whose HEAD leads to a store that signs for GET alone is skipped', async () => {
  const layers = [await packLayer([{ path: 'file', content: 'content' }])];
  await pushImage(from, { config, layers, tags: ['1'] });
  await copy(from, to, { reference: '1' });
  const store = await startFaultProxy(behind.registry.host);
  store.fault = ({ method }) => (method === 'HEAD' ? answer(403) : undefined);
  proxy.fault = (seen) =>
    isBlob(seen) && ['HEAD', 'GET'].includes(seen.method)
      ? answer(307, { location: `http://${store.host}${seen.path}` })
      : isManifest(seen) && seen.method !== 'GET'
        ? answer(404)
        : undefined;

  const [layer] = layers;
  expect(layer && (await to.exists(layer.descriptor))).toBe(true);

  await store.stop();
});

test.for<[name: string, fault: Fault]>([
  ...[400, 403, 405, 500, 503].map((status): [string, Fault] => [String(status), answer(status)]),
  ['a page for people', HTML],
])('what is asked for, and answered by %s to HEAD and GET, is pushed', async ([, fault]) => {
  const layers = [await packLayer([{ path: 'file', content: 'content' }])];
  await pushImage(from, { config, layers, tags: ['1'] });
  const destination = `/v2/${to.repository}/`;
  proxy.fault = (seen) =>
    seen.path.startsWith(destination) && ['HEAD', 'GET'].includes(seen.method) && !isManifest(seen)
      ? fault
      : undefined;

  const { root, copied, mounted } = await copy(from, to, { reference: '1', tags: ['1'] });

  expect(copied.length + mounted.length).toBe(3);
  expect((await to.resolve('1')).digest).toBe(root.digest);
});

test('what is not there is said to be not there', async () => {
  await pushImage(to, { config, layers: [] });

  await pushImage(to, { config, layers: [], tags: ['0.1', '0.1.0', 'latest'] });
  const tag = await to.resolve('nope').catch(explain);
  const other = await to.resolve('latest-1').catch(explain);
  const missing = await client.repository(`${proxy.host}/nowhere`).resolve('1').catch(explain);
  const nowhere = await client
    .repository(`${proxy.host}/nowhere`)
    .tags()
    [Symbol.asyncIterator]()
    .next()
    .catch(explain);
  const blob = await collect(to.fetch(DESCRIPTOR)).catch(explain);

  expect(tag).toMatch(
    /^cannot resolve \S+:nope: there is no such image: \S+ answered 404 \(MANIFEST_UNKNOWN/,
  );
  for (const one of ['0.1', '0.1.0', 'latest'])
    expect(tag).toMatch(new RegExp(`\nhint: there are: (?:.*, )?${one.replaceAll('.', '\\.')}(?:,|$)`));
  expect(other).toMatch(/\nhint: there are: latest, /);
  expect(missing).toMatch(/\nhint: there is no such repository, or it is not for who asks$/);
  expect(nowhere).toContain(`there is no repository ${proxy.host}/nowhere: ${proxy.host} answered 404`);
  expect(blob).toContain('there is no such blob');
});

test('what a registry says is told on one line, and cut', async () => {
  const message = `\u001b]0;pwned\u0007\n${'x'.repeat(50_000)}`;
  proxy.fault = () => answer(400, {}, JSON.stringify({ errors: [{ code: 'BAD', message }] }));

  const failure = await to.resolve('1').catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(RegistryError);
  expect(explain(failure)).toMatch(/^[ -~…]{1,600}$/u);
});

test('a manifest that a digest names is read by one request', async () => {
  const root = await pushImage(from, { config, layers: [] });
  const before = proxy.seen.length;

  const found = await from.resolve(root.digest);
  const bytes = await collect(from.fetch(found));

  expect(describe(found.mediaType, bytes)).toEqual({
    mediaType: root.mediaType,
    digest: root.digest,
    size: root.size,
  });
  expect(proxy.seen.slice(before).map(({ method }) => method)).toEqual(['GET']);
});

test.for(['sha256', 'sha512'] as const)(
  'what a registry has under a digest of %s must have it',
  async (algorithm) => {
    const text = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
    const [body, other] = [Buffer.from(text), Buffer.from(`${text} `)];
    proxy.fault = where(isManifest, answer(200, { 'content-type': INDEX }, text));

    const found = await from.resolve(digestOf(body, algorithm));

    expect(found).toEqual({ mediaType: INDEX, digest: digestOf(body, algorithm), size: body.length });
    expect(await collect(from.fetch(found))).toEqual(body);
    await expect(from.resolve(digestOf(other, algorithm))).rejects.toThrow(DigestMismatchError);
  },
);
