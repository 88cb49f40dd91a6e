import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { collect } from '../model/content.ts';
import { digestOf } from '../model/digest.ts';
import { type LayerFile, packLayer } from './pack.ts';
import { writeTar } from './tar.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-pack-'));
});

afterAll(() => rm(folder, { recursive: true }));

const LONG = `${'folder/'.repeat(30)}${'ä'.repeat(60)}`;
const FILES: readonly LayerFile[] = [
  { path: 'usr/bin/sh', content: '#!', mode: 0o4755, uid: 1, gid: 2 },
  { path: 'etc', directory: true },
  { path: 'etc/mtab', link: '../proc/self/mounts' },
  { path: 'etc/empty' },
  { path: LONG, content: 'long' },
  { path: 'etc/link', link: 'x'.repeat(150) },
];

test('writes what tar reads', async () => {
  const layer = await packLayer(FILES, { compression: 'none', mtime: 86_400 });
  const path = join(folder, 'a.tar');
  await writeFile(path, layer.content as Uint8Array);

  const { stdout } = await run('tar', ['-tvf', path, '--numeric-owner', '--quoting-style=literal', '--utc']);
  const long = await run('tar', ['-xOf', path, LONG]);

  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(FILES.length);
  expect(lines.find((line) => line.includes('usr/bin/sh'))).toMatch(/^-rwsr-xr-x 1\/2 +2 1970-01-02 00:00 /);
  expect(lines.find((line) => line.includes('etc/mtab'))).toContain('etc/mtab -> ../proc/self/mounts');
  expect(lines.find((line) => line.includes('etc/link'))).toContain('x'.repeat(150));
  expect(long.stdout).toBe('long');
});

test('the order of the files makes no difference', async () => {
  const one = await packLayer(FILES);
  const two = await packLayer(FILES.toReversed());

  expect(two.descriptor).toEqual(one.descriptor);
  expect(two.diffId).toBe(one.diffId);
});

test('the diff_id is of the tar, whatever the compression', async () => {
  const [none, gzip, zstd] = await Promise.all(
    (['none', 'gzip', 'zstd'] as const).map((compression) => packLayer(FILES, { compression })),
  );

  expect(none?.diffId).toBe(none?.descriptor.digest);
  expect([gzip?.diffId, zstd?.diffId]).toEqual([none?.diffId, none?.diffId]);
  expect(digestOf(zlib.gunzipSync(gzip?.content as Uint8Array))).toBe(none?.diffId);
  expect(zstd?.descriptor.mediaType).toBe('application/vnd.oci.image.layer.v1.tar+zstd');
});

test('is what tar reads: owners, permissions, one time, links', async () => {
  const files = [
    { path: 'a', directory: true },
    { path: 'a/b/c', content: 'content', mode: 0o600 },
    { path: 'a/link', link: 'b/c' },
  ] as const;

  const { content } = await packLayer(files, { compression: 'none' });
  await writeFile(join(folder, 'b.tar'), content as Uint8Array);
  const { stdout } = await run('tar', ['-tvf', join(folder, 'b.tar'), '--numeric-owner']);

  expect(stdout).toMatch(/-rw------- 0\/0 +7 1970-01-01 .* a\/b\/c/);
  expect(stdout).toContain('a/link -> b/c');
});

test.for(['../etc/passwd', 'a/../../b', '', '/', 'a\0b'])('refuses the path %j', async (path) => {
  await expect(packLayer([{ path }])).rejects.toThrow('cannot pack the path');
});

test('refuses a file that changes while it is read', async () => {
  const file = { path: 'a', type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, size: 3 } as const;

  await expect(collect(writeTar([{ ...file, content: Buffer.from('four') }]))).rejects.toThrow('a changed');
});
