import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { behindFaults } from '#test/registries/behind-faults';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { first } from '#test/registries/faults';
import { startRegistry } from '#test/registries/registry';
import { collect } from '../model/content.ts';
import { describe } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { NotFoundError, RegistryError } from '../model/errors.ts';
import { createRegistryClient } from './registry-client.ts';
import type { Repository } from './repository.ts';

const BLOB = randomBytes(3_000_000);
const DESCRIPTOR = describe('application/octet-stream', BLOB);

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
