import { execa } from 'execa';
import { expect, test } from 'vitest';
import { entryOf, header, type TarItem, tarOf } from '#test/images/tar-writer';
import { InvalidLayerError, type Limits, type ReadRootfsOptions, type Rootfs, readRootfs } from './index.ts';

const link = (path: string, target: string): TarItem => ({ path, flag: '2', link: target, form: 'pax' });
const isSoak = process.env.SOAK === '1';
const many = (count: number, item: (index: number) => TarItem) =>
  Array.from({ length: count }, (_, index) => item(index));

test.for<[what: string, items: readonly TarItem[], where: string, why: string]>([
  ['a link of 400,000 parts', [link('l', 'a/'.repeat(400_000))], '"/l"', 'more than 4095 bytes'],
  ['a link of 4,000,000 times ./', [link('l', './'.repeat(500_000))], '"/l"', 'more than 4095 bytes'],
  [
    'a path of 200,000 directories',
    [{ path: `${'d/'.repeat(200_000)}x`, form: 'pax' }],
    '"/d/d/d/',
    '4095 bytes',
  ],
  ['a name of 256 bytes', [{ path: 'n'.repeat(256), form: 'pax' }], '"/nnn', '255 for each part'],
])('D3: %s is told, and nothing hangs', async ([, items, where, why]) => {
  const rootfs = await read([tarOf([...items, { path: 'after' }])]);

  expect(rootfs.unread).toHaveLength(1);
  expect(rootfs.unread[0]?.where).toContain(where);
  expect(rootfs.unread[0]?.why).toContain(why);
  expect(rootfs.get('after')?.type).toBe('file');
});

test('D3: 40 links of as many parts as a path may have are followed, or not, at once', async () => {
  const rootfs = await read([
    tarOf([
      { path: 'd', flag: '5' },
      link('l0', 'd'),
      ...many(40, (index) => link(`l${index + 1}`, `${'./d/../'.repeat(580)}l${index}`)),
    ]),
  ]);

  expect(rootfs.resolve('l39')).toBe('d');
  expect(rootfs.read('l40')).toMatchObject({ kind: 'unreadable', why: 'links lead in a circle' });
});

test.for<[what: string, items: readonly TarItem[], limits: Partial<Limits>, message: string]>([
  [
    'entries',
    many(101, (index) => ({ path: `f${index}` })),
    { entries: 100 },
    'more than 100 files and directories',
  ],
  [
    'directories that a path implies',
    [{ path: `${'d/'.repeat(101)}x`, form: 'pax' }],
    { entries: 100 },
    'more than 100 files and directories',
  ],
  [
    'names',
    many(20, (index) => ({ path: `${'n'.repeat(90)}${index}` })),
    { names: 1000 },
    'more than 1000 bytes',
  ],
  [
    'names of whiteouts',
    many(20, (index) => ({ path: `.wh.${'n'.repeat(90)}${index}` })),
    { names: 1000 },
    'more than 1000 bytes',
  ],
  [
    'targets of links',
    many(20, (index) => link(`l${index}`, 'n'.repeat(90))),
    { names: 1000 },
    'more than 1000 bytes',
  ],
  [
    'directories below links',
    [
      { path: `${`${'d'.repeat(199)}/`.repeat(20)}x`, form: 'pax' },
      link('l', `${`${'d'.repeat(199)}/`.repeat(19)}`),
      { path: `l/${'e'.repeat(90)}/${'f'.repeat(90)}/${'g'.repeat(200)}/x`, form: 'pax' },
    ],
    {},
    'deeper than a path of 4095 bytes',
  ],
  [
    'links to follow',
    [
      { path: 'd', flag: '5' },
      link('l', `${'./d/../'.repeat(500)}d`),
      ...many(300, (index) => ({ path: `${index % 2 ? 'l' : './/d'}/${index}` })),
    ],
    { parts: 100_000 },
    'more than 100000 steps',
  ],
])('D3: %s have a limit that is named', async ([, items, limits, message]) => {
  const reading = read([tarOf(items)], { limits });

  await expect(reading).rejects.toThrow(InvalidLayerError);
  await expect(reading).rejects.toThrow(message);
});

test('D3: thousands of files of 1 MiB are kept up to a limit, and the others are not to be read', async () => {
  const count = isSoak ? 3000 : 300;
  const MiB = 1024 * 1024;
  const name = (index: number) => `usr/lib/tmpfiles.d/${index}.conf`;
  async function* layer(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index++) {
      yield header({ name: Buffer.from(name(index)), size: MiB });
      yield zeros;
    }
  }
  const zeros = Buffer.alloc(MiB);

  await using rootfs = await readRootfs([{ name: 'the layer', open: layer }], {
    likely: () => 'content',
    wanted: (tree) => tree.below('usr/lib/tmpfiles.d').map((path) => [path, 'content'] as const),
  });

  expect(rootfs.read(name(0)).kind).toBe('content');
  expect(rootfs.read(name(count - 1))).toMatchObject({
    kind: 'unreadable',
    why: 'it has 1048576 bytes, and of all files no more than 16777216 bytes are read',
  });
  expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(1024);
});

test('D3: a database of 6 GiB is not written to disk', async () => {
  const size = 6 * 1024 ** 3;
  const rpmdb = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
  const holes = entryOf({
    path: rpmdb,
    records: { 'GNU.sparse.map': '0,0', 'GNU.sparse.numblocks': '1', 'GNU.sparse.size': String(size) },
  });

  await using rootfs = await read([Buffer.concat([holes, Buffer.alloc(1024)])], {
    likely: () => 'spool',
    wanted: () => [[rpmdb, 'spool']],
  });

  expect(rootfs.get(rpmdb)?.size).toBe(size);
  expect(rootfs.spooled(rpmdb)).toMatchObject({
    kind: 'unreadable',
    why: expect.stringContaining(`${size} bytes`),
  });
});

test('D3: 40,000 whiteouts over 40,000 entries take no longer than the entries', async () => {
  const count = 40_000;
  const lower = Buffer.concat([
    ...many(count, (index) => ({ path: `d/f${index}` })).map(entryOf),
    Buffer.alloc(1024),
  ]);
  const upper = Buffer.concat([
    ...many(count, (index) => ({ path: `d/.wh.f${index}` })).map(entryOf),
    Buffer.alloc(1024),
  ]);

  const rootfs = await read([lower, upper], { limits: { parts: 400_000 } });

  expect([...rootfs.paths]).toEqual(['d']);
});

test('what is told of is told up to a number', async () => {
  const rootfs = await read([tarOf(many(500, (index) => ({ path: `f${index}`, flag: 'D' })))]);

  expect(rootfs.unread).toHaveLength(101);
  expect(rootfs.unread.at(-1)).toEqual({ where: 'layer 1', why: 'there is more, which is not told' });
});

test('names of strangers are told on one line', async () => {
  const rootfs = await read([tarOf([{ path: 'boot/\x1b]0;x\x07\nresult', flag: 'D' }])]);

  expect(rootfs.unread[0]?.where).toBe('"/boot/\\u001b]0;x\\u0007\\nresult" in layer 1');
});

test.for<[files: number, form: 'plain' | 'ostree', most: number]>([
  [isSoak ? 1_000_000 : 100_000, 'plain', isSoak ? 300 : 200],
  [isSoak ? 300_000 : 50_000, 'ostree', isSoak ? 300 : 200],
])(
  'D3: an image of %s files, %s, stays under a limit of memory',
  { timeout: 600_000 },
  async ([files, form, most]) => {
    const { stdout } = await execa(process.execPath, [
      'test/support/images/read-many-files.ts',
      String(files),
      form,
    ]);
    const taken = JSON.parse(stdout) as { files: number; mebibytes: number };

    expect(taken).toMatchObject({ files: form === 'ostree' ? 2 * files : files, unread: 0 });
    expect(taken.mebibytes).toBeLessThan(most);
  },
);

function read(layers: readonly Buffer[], options: ReadRootfsOptions = {}): Promise<Rootfs> {
  return readRootfs(
    layers.map((bytes, index) => ({ name: `layer ${index + 1}`, open: () => chunked(bytes) })),
    options,
  );
}

async function* chunked(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
