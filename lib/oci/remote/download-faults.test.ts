import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { behindFaults } from '#test/registries/behind-faults';
import type { FaultProxy } from '#test/registries/fault-proxy';
import { first } from '#test/registries/faults';
import { collect } from '../model/content.ts';
import { describe } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { UnreachableError } from '../model/errors.ts';
import { DigestMismatchError } from '../model/mismatch.ts';
import type { Repository } from './repository.ts';

const BLOB = randomBytes(3_000_000);
const DESCRIPTOR = describe('application/octet-stream', BLOB);

const behind = behindFaults({ retry: { delay: 1, maxDelay: 2_000 }, idleTimeout: 300 });
let proxy: FaultProxy;
let repository: Repository;

beforeEach(() => {
  ({ proxy } = behind);
  repository = behind.repository('faults');
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

const gets = () => proxy.seen.filter(({ method }) => method === 'GET');
