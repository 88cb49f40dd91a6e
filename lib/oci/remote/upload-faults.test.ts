import { randomBytes } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { behindFaults } from '#test/registries/behind-faults';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { first } from '#test/registries/faults';
import { goTool } from '#test/registries/go-tool';
import { startRegistry } from '#test/registries/registry';
import { copy } from '../copy/copy.ts';
import { collect } from '../model/content.ts';
import { describe } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
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
let repository: Repository;

beforeEach(() => {
  ({ proxy } = behind);
  repository = behind.repository('faults');
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

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
