import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLayout, createMemoryTarget, openLayer, pushImage, readImages } from '#lib/oci';
import { layerOf } from '#test/images/bootc-image';
import { chunkedLayer, estargzLayer, type Table, tableOf } from '#test/images/chunked-layer';
import type { TarItem } from '#test/images/tar-writer';
import { readRootfs } from '../index.ts';
import { tocOf } from './toc-of.ts';

const items: readonly TarItem[] = [
  { path: 'usr', flag: '5', mode: 0o755 },
  { path: 'usr/a', content: 'content' },
  { path: 'usr/b', flag: '2', link: 'a', mode: 0o777 },
  { path: 'usr/c', flag: '1', link: 'usr/a' },
  { path: 'usr/empty' },
];
const right = tableOf(items);
const withEntry = (index: number, more: Record<string, unknown>): Table => ({
  ...right,
  entries: right.entries.map((entry, at) => (at === index ? { ...entry, ...more } : entry)),
});

test('a layer whose table says what its stream has is read as any other', async () => {
  expect(await unreadOf(right)).toEqual([]);
  const pieces = { type: 'chunk', name: 'usr/a', chunkOffset: 3, chunkDigest: 'sha256:x' };
  expect(await unreadOf({ ...right, entries: right.entries.toSpliced(2, 0, pieces) })).toEqual([]);
});

const other = 'other than the layer does';
test.for<[what: string, table: Table | string, why: string]>([
  ['content', withEntry(1, { digest: `sha256:${'0'.repeat(64)}` }), `"/usr/a" ${other}`],
  ['a size', withEntry(1, { size: 8 }), other],
  ['a name', withEntry(1, { name: 'usr/d' }), other],
  ['a link', withEntry(2, { linkName: '/etc/passwd' }), other],
  ['a hard link', withEntry(3, { linkName: 'usr/empty' }), other],
  ['a mode', withEntry(1, { mode: 0o4755 }), other],
  ['bits beyond the mode', withEntry(1, { mode: 0o644 + 2 ** 31 }), other],
  ['an owner', withEntry(1, { uid: 1 }), other],
  ['a time', withEntry(1, { modtime: '2026-01-01T00:00:00Z' }), other],
  ['a type', withEntry(4, { type: 'fifo' }), other],
  ['an attribute', withEntry(1, { xattrs: { 'security.capability': 'AAAA' } }), other],
  ['an entry more', { ...right, entries: [...right.entries, { type: 'reg', name: 'usr/more' }] }, other],
  ['an entry fewer', { ...right, entries: right.entries.slice(0, -1) }, '4 of 5 entries'],
  ['another order', { ...right, entries: right.entries.toReversed() }, other],
  // Engines compare keys without regard to case, and take the last.
  ['a key in another case', withEntry(1, { Name: 'usr/d' }), 'unknown key "Name"'],
  ['an empty key, at which engines stop', withEntry(1, { '': 1 }), 'unknown key ""'],
  ['a mode that is text', withEntry(1, { mode: '420' }), 'whose mode is of another type'],
  ['an entry that is none', { ...right, entries: [1 as never] }, 'an entry that is no object'],
  ['another version', { ...right, version: 2 }, 'says "version" twice, or otherwise'],
  [
    'entries twice',
    `{"version":1,"entries":[],"entries":${JSON.stringify(right.entries)}}`,
    '"entries" twice',
  ],
  ['no entries', '{"version":1}', 'is no JSON of a table'],
  ['half of it', JSON.stringify(right).slice(0, -3), 'is no JSON'],
  [
    'a text that fills the memory',
    `{"version":1,"entries":[{"name":"${'x'.repeat(2_000_000)}"}]}`,
    'more than',
  ],
])('a table with %s is told', async ([, table, why]) => {
  const unread = await unreadOf(table);

  expect(unread).toHaveLength(1);
  expect(unread[0]).toContain(why);
});

test.for<[what: string, annotations: Record<string, string>, why: string]>([
  ['at another place', { 'manifest-position': '1:100:100:1' }, 'is not the one of its digest'],
  ['beyond the end', { 'manifest-position': '900000:100:100:1' }, 'is not the one of its digest'],
  ['of an unknown type', { 'manifest-position': '1:100:100:2' }, 'of an unknown form'],
  ['without a place', { 'manifest-position': '' }, 'of an unknown form'],
  ['that is large', { 'manifest-position': '1:90000000:100:1' }, 'more than the limit'],
])('a table %s is told', async ([, annotations, why]) => {
  const prefix = 'io.github.containers.zstd-chunked.';
  const more = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [prefix + key, value]));

  expect(await unreadOf(right, more)).toEqual([expect.stringContaining(why)]);
});

test('two tables of one layer are told, and none is no table', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  expect(
    tocOf({
      'containerd.io/snapshot/stargz/toc.digest': digest,
      'io.containers.zstd-chunked.manifest-checksum': digest,
    }),
  ).toMatchObject({ kind: 'unknown', why: 'has several tables of contents' });
  expect(tocOf({ other: 'x' })).toBeUndefined();
});

test('estargz: the table in the last entry is compared, too', async () => {
  expect(await unreadOf(right, {}, estargzLayer(items))).toEqual([]);
  expect(await unreadOf(right, {}, estargzLayer(items, withEntry(1, { size: 8 })))).toEqual([
    expect.stringContaining(`"/usr/a" ${other}`),
  ]);
  const toc = { 'containerd.io/snapshot/stargz/toc.digest': `sha256:${'0'.repeat(64)}` };
  expect(await unreadOf(right, toc, estargzLayer(items))).toEqual([
    expect.stringContaining('not the one of its digest'),
  ]);
});

async function unreadOf(
  table: Table | string,
  annotations: Readonly<Record<string, string>> = {},
  { descriptor, content } = chunkedLayer(items, table),
) {
  const target = createMemoryTarget('memory');
  await target.push(descriptor, content);
  await using rootfs = await readRootfs([
    {
      name: 'the layer',
      toc: tocOf({ ...descriptor.annotations, ...annotations }),
      open: (blob) => openLayer(target, descriptor, { blob }),
    },
  ]);
  expect(rootfs.get('usr/a')).toMatchObject({ type: 'file' });
  return rootfs.unread.map(({ where, why }) => `${where} ${why}`);
}

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'toc-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('what skopeo writes in zstd:chunked is read without a complaint', async () => {
  const tree = join(directory, 'tree');
  const script = [
    'mkdir -p "$1/usr/bin" "$1/etc"; cd "$1"; mkfifo fifo; mknod device c 1 3',
    'head -c 400000 /dev/urandom >etc/big; head -c 70000 /dev/zero >>etc/big; echo x >>etc/big',
    'echo hello >usr/bin/a; ln -s a usr/bin/b; ln usr/bin/a usr/bin/c; : >etc/empty; chmod 4755 usr/bin/a',
    'touch -d @1.5 etc/empty; chown 5:6 etc/big; tar --format=pax -cf ../layer.tar .',
  ].join('\n');
  await execa('sh', ['-euc', script, 'sh', tree]);
  const tar = readFileSync(join(directory, 'layer.tar'));
  const plain = createLayout(join(directory, 'plain'));
  const pushed = await pushImage(plain, {
    config: { os: 'linux', architecture: 'amd64' },
    layers: [layerOf(tar)],
  });
  await plain.tag(pushed, 'x');
  const format = ['--dest-compress', '--dest-compress-format', 'zstd:chunked'];
  const [from, to] = ['plain', 'chunked'].map((name) => `oci:${join(directory, name)}:x`);
  await execa('skopeo', ['copy', '--quiet', ...format, from ?? '', to ?? '']);

  const target = createLayout(join(directory, 'chunked'));
  const { images } = await readImages(target, 'x');
  const [layer] = images[0]?.manifest.layers ?? [];
  if (!layer) throw new Error('skopeo wrote no layer');
  const toc = tocOf(layer.annotations);
  expect(toc).toMatchObject({ kind: 'zstd:chunked' });
  await using rootfs = await readRootfs([
    { name: 'the layer', toc, open: (blob) => openLayer(target, layer, { blob }) },
  ]);
  expect(rootfs.unread).toEqual([]);
  expect(rootfs.get('usr/bin/b')).toMatchObject({ type: 'symlink' });
});
