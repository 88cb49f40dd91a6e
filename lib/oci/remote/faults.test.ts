import { randomBytes } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { behindFaults } from '#test/registries/behind-faults';
import { type Fault, type FaultProxy, type Seen, startFaultProxy } from '#test/registries/fault-proxy';
import { goTool } from '#test/registries/go-tool';
import { startRegistry } from '#test/registries/registry';
import { copy } from '../copy/copy.ts';
import { collect } from '../model/content.ts';
import { describe } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { NotFoundError, RegistryError, UnreachableError } from '../model/errors.ts';
import { DigestMismatchError } from '../model/mismatch.ts';
import { createMemoryTarget } from '../stores/memory.ts';
import { packLayer } from '../write/pack.ts';
import { pushImage } from '../write/push-image.ts';
import { createRegistryClient } from './registry-client.ts';
import type { Repository } from './repository.ts';

const BLOB = randomBytes(3_000_000);
const DESCRIPTOR = describe('application/octet-stream', BLOB);

const distribution3 = await goTool('registry');

const behind = behindFaults({ retry: { delay: 1, maxDelay: 2_000 }, idleTimeout: 300 });
let proxy: FaultProxy;
let waits: readonly number[];
let repository: Repository;

beforeEach(() => {
  ({ proxy, waits } = behind);
  repository = behind.repository('faults');
});

test.for([500, 502, 503, 504, 408, 429])('tries again after %i', async (status) => {
  proxy.fault = first(2, 'PUT', { kind: 'answer', status });

  await repository.push(DESCRIPTOR, BLOB);

  expect(await repository.exists(DESCRIPTOR)).toBe(true);
});

test.for([400, 403, 405, 413, 501])('does not try again after %i', async (status) => {
  await repository.push(DESCRIPTOR, BLOB);
  proxy.fault = () => ({ kind: 'answer', status });
  const before = proxy.seen.length;

  await expect(repository.resolve('1')).rejects.toMatchObject({ status });

  // The registry is asked once by HEAD and once by GET, which it may answer differently.
  expect(proxy.seen.slice(before).map(({ method }) => method)).toEqual(['HEAD', 'GET']);
});

test('waits as long as Retry-After says', async () => {
  proxy.fault = first(1, 'HEAD', { kind: 'answer', status: 429, headers: { 'retry-after': '1' } });

  await expect(repository.resolve('1')).rejects.toThrow(NotFoundError);

  expect(waits).toEqual([1000]);
});

test('waits no less than its own time where Retry-After says 0', async () => {
  const headers = { 'retry-after': '0' };
  proxy.fault = first(3, 'POST', { kind: 'answer', status: 503, headers });
  const own: number[] = [];
  const patient = createRegistryClient({ retry: { delay: 20 }, onRetry: (_, wait) => own.push(wait) });

  await patient.repository(repository.name).push(DESCRIPTOR, BLOB);

  expect(own.map((wait, index) => wait >= 20 * 2 ** index)).toEqual([true, true, true]);
});

test('gives up at once where Retry-After asks for more than our patience', async () => {
  proxy.fault = () => ({ kind: 'answer', status: 503, headers: { 'retry-after': '3600' } });

  await expect(repository.resolve('1')).rejects.toMatchObject({ status: 503, retryAfter: '3600' });

  expect(proxy.seen).toHaveLength(1);
});

test('says what came back in the end, in the words of the registry', async () => {
  const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'quota exceeded' }] });
  proxy.fault = ({ method }) => (method === 'POST' ? { kind: 'answer', status: 507, body } : undefined);

  const failure = await repository.push(DESCRIPTOR, BLOB).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(RegistryError);
  expect(failure).toMatchObject({
    message: `cannot push the blob ${repository.name}@${DESCRIPTOR.digest}: ${proxy.host} answered 507 (DENIED: quota exceeded)`,
    method: 'POST',
    url: `http://${proxy.host}/v2/${repository.repository}/blobs/uploads/`,
    status: 507,
    code: 'DENIED',
  });
});

test.for([0, 1, 65_536, 2_999_999])(
  'goes on by range when a download is reset after %i bytes',
  async (after) => {
    await repository.push(DESCRIPTOR, BLOB);
    proxy.fault = first(1, 'GET', { kind: 'reset-response', after });

    expect(digestOf(await collect(repository.fetch(DESCRIPTOR)))).toBe(DESCRIPTOR.digest);

    const ranges = gets().map(({ headers }) => headers.range);
    expect(ranges.filter((range) => range !== undefined && !/^bytes=\d+-$/.test(range))).toEqual([]);
    expect(ranges).toHaveLength(2);
  },
);

test('starts over where the server knows no ranges', async () => {
  await repository.push(DESCRIPTOR, BLOB);
  let tries = 0;
  proxy.fault = ({ method, headers }) => {
    if (method !== 'GET') return undefined;
    delete headers.range;
    return tries++ === 0 ? { kind: 'reset-response', after: 100_000 } : undefined;
  };

  expect(digestOf(await collect(repository.fetch(DESCRIPTOR)))).toBe(DESCRIPTOR.digest);
});

test('goes on when a download is cut short', async () => {
  await repository.push(DESCRIPTOR, BLOB);
  proxy.fault = first(3, 'GET', { kind: 'truncate', after: 70_000 });

  expect(digestOf(await collect(repository.fetch(DESCRIPTOR)))).toBe(DESCRIPTOR.digest);
});

test('says how far it got when the connection is reset every time', async () => {
  await repository.push(DESCRIPTOR, BLOB);
  proxy.fault = ({ method }) => (method === 'GET' ? { kind: 'reset-response', after: 10 } : undefined);

  const failure = collect(repository.fetch(DESCRIPTOR));

  await expect(failure).rejects.toThrow(UnreachableError);
  await expect(failure).rejects.toThrow(/\(\d+ of 3000000 bytes had come\)/);
});

test('refuses a blob with a wrong byte, and does not try again', async () => {
  await repository.push(DESCRIPTOR, BLOB);
  proxy.fault = ({ method }) => (method === 'GET' ? { kind: 'corrupt', at: 1_234_567 } : undefined);

  await expect(collect(repository.fetch(DESCRIPTOR))).rejects.toThrow(DigestMismatchError);

  expect(gets()).toHaveLength(1);
});

test.for([0, 100_000, 2_500_000])('goes on with an upload that is reset after %i bytes', async (after) => {
  proxy.fault = first(1, 'PUT', { kind: 'reset-request', after });

  await repository.push(DESCRIPTOR, () => pieces(BLOB));

  expect(digestOf(await collect(repository.fetch(DESCRIPTOR)))).toBe(DESCRIPTOR.digest);
});

test.skipIf(distribution3 === undefined)(
  'sends only the rest of an upload that broke late, where the registry knows how much it has',
  async () => {
    await using server = await startRegistry({ program: distribution3 as string });
    const between = await startFaultProxy(server.host);
    between.fault = first(1, 'PUT', { kind: 'reset-request', after: 2_500_000 });
    // The registry needs time to see that the connection is gone: before, it reports less than it has.
    const patient = createRegistryClient({ retry: { delay: 500 } });
    const target = patient.repository(`${between.host}/resumed`);

    await target.push(DESCRIPTOR, () => pieces(BLOB));

    const [patch] = between.seen.filter(({ method }) => method === 'PATCH');
    expect(patch?.headers['content-range']).toMatch(/^\d{7}-2999999$/);
    expect(Number(patch?.headers['content-length'])).toBeLessThan(2_000_000);
    expect(digestOf(await collect(target.fetch(DESCRIPTOR)))).toBe(DESCRIPTOR.digest);
    await between.stop();
  },
);

test('an upload whose answer got lost is done', async () => {
  proxy.fault = first(1, 'PUT', { kind: 'lose-answer' });

  await repository.push(DESCRIPTOR, () => pieces(BLOB));

  expect(proxy.seen.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

test('pushes in chunks, and starts over when one breaks and the registry has forgotten the others', async () => {
  const chunked = createRegistryClient({ chunkSize: 1_000_000, retry: { delay: 1 } });
  const patches = () => proxy.seen.filter(({ method }) => method === 'PATCH');
  proxy.fault = ({ method }) =>
    method === 'PATCH' && patches().length === 2 ? { kind: 'reset-request', after: 500_000 } : undefined;

  await chunked.repository(repository.name).push(DESCRIPTOR, () => pieces(BLOB));

  expect(patches().map(({ headers }) => headers['content-range'])).toEqual([
    '0-999999',
    '1000000-1999999',
    '0-999999',
    '1000000-1999999',
    '2000000-2999999',
  ]);
  expect(digestOf(await collect(repository.fetch(DESCRIPTOR)))).toBe(DESCRIPTOR.digest);
});

test('a server that never answers is given up', async () => {
  proxy.fault = () => ({ kind: 'silence' });

  const failure = repository.resolve('1');

  await expect(failure).rejects.toMatchObject({ code: 'ETIMEDOUT', name: 'UnreachableError' });
});

test('a server that drips one byte now and then is given up', async () => {
  await repository.push(DESCRIPTOR, BLOB);
  proxy.fault = ({ method }) => (method === 'GET' ? { kind: 'drip', every: 10 } : undefined);

  await expect(collect(repository.fetch(DESCRIPTOR))).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test('refuses content that is not what its descriptor says, and keeps nothing of it', async () => {
  const other = Buffer.from(BLOB);
  other[17] = (other[17] as number) ^ 1;

  const pushed = repository.push(DESCRIPTOR, () => pieces(other));

  await expect(pushed).rejects.toThrow(DigestMismatchError);
  expect(await repository.exists(DESCRIPTOR)).toBe(false);
});

test.for([
  ['too short', BLOB.subarray(1), 'ended 1 bytes too early'],
  ['too long', Buffer.concat([BLOB, Buffer.from('x')]), 'longer than the 3000000 bytes'],
] as const)('refuses content that is %s', async ([, bytes, message]) => {
  await expect(repository.push(DESCRIPTOR, () => pieces(bytes))).rejects.toThrow(message);

  expect(await repository.exists(DESCRIPTOR)).toBe(false);
});

test('a source that fails is what is reported, and no second try is made', async () => {
  async function* failing() {
    yield BLOB.subarray(0, 1000);
    throw new Error('the disk is gone');
  }

  await expect(repository.push(DESCRIPTOR, failing)).rejects.toThrow('the disk is gone');

  expect(proxy.seen.filter(({ method }) => method === 'PUT').length).toBeLessThan(2);
});

test('an abort in the middle of an upload ends it with the reason', async () => {
  const controller = new AbortController();
  async function* endless() {
    for (;;) {
      yield BLOB.subarray(0, 1000);
      controller.abort(new Error('enough'));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  const pushed = repository.push(DESCRIPTOR, endless, { signal: controller.signal });

  await expect(pushed).rejects.toThrow('enough');
});

test('never shows credentials to the host that a blob is redirected to', async () => {
  await using other = await startRegistry();
  const elsewhere = await startFaultProxy(other.host);
  await createRegistryClient().repository(`${other.host}/x`).push(DESCRIPTOR, BLOB);
  const location = `http://${elsewhere.host}/v2/x/blobs/${DESCRIPTOR.digest}?signature=secret`;
  proxy.fault = ({ method, headers }) => {
    if (headers.authorization === undefined) {
      return { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } };
    }
    return method === 'GET' ? { kind: 'answer', status: 307, headers: { location } } : undefined;
  };
  const credential = { username: 'me', password: 'secret', source: 'test' };
  const known = createRegistryClient({ credentials: async () => credential });

  const bytes = await collect(known.repository(repository.name).fetch(DESCRIPTOR));

  expect(digestOf(bytes)).toBe(DESCRIPTOR.digest);
  expect(proxy.seen.at(-1)?.headers.authorization).toMatch(/^Basic /);
  expect(elsewhere.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  await elsewhere.stop();
});

test('a registry that dies and comes back during a push is waited for', async () => {
  // The storage is not the server's own, which would be removed with it.
  await using folder = await mkdtempDisposable(join(tmpdir(), 'restarted-'));
  const storage = folder.path;
  let server = await startRegistry({ storage });
  const port = Number(server.host.split(':')[1]);
  const patient = createRegistryClient({ retry: { delay: 100, attempts: 8 } });
  let restarted: Promise<void> | undefined;
  async function* content() {
    yield BLOB.subarray(0, 2_000_000);
    restarted ??= (async () => {
      await server.stop('SIGKILL');
      server = await startRegistry({ port, storage });
    })();
    await restarted;
    yield BLOB.subarray(2_000_000);
  }

  await patient.repository(`${server.host}/restart`).push(DESCRIPTOR, content);

  expect(await patient.repository(`${server.host}/restart`).exists(DESCRIPTOR)).toBe(true);
  await server.stop();
});

test('a push that fails for good leaves the tag where it was', async () => {
  const memory = createMemoryTarget();
  const config = { os: 'linux', architecture: 'amd64' };
  const layers = (content: string) => [packLayer([{ path: 'file', content }])];
  const before = await pushImage(memory, { config, layers: await Promise.all(layers('old')), tags: ['old'] });
  await pushImage(memory, { config, layers: await Promise.all(layers('new')), tags: ['new'] });
  await copy(memory, repository, { reference: 'old', tags: ['latest'] });
  proxy.fault = ({ method, path }) =>
    method === 'PUT' && path.includes('/manifests/') ? { kind: 'answer', status: 500 } : undefined;

  await expect(copy(memory, repository, { reference: 'new', tags: ['latest'] })).rejects.toThrow('500');

  expect((await repository.resolve('latest')).digest).toBe(before.digest);
});

const gets = () => proxy.seen.filter(({ method }) => method === 'GET');

function first(times: number, method: string, fault: Fault): (seen: Seen) => Fault | undefined {
  let left = times;
  return (seen) => (seen.method === method && left-- > 0 ? fault : undefined);
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
