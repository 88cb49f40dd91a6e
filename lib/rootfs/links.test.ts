import { expect, test } from 'vitest';
import { chunked } from '#test/images/listing';
import { type TarItem, tarOf } from '#test/images/tar-writer';
import { type ReadRootfsOptions, type Rootfs, readRootfs } from './index.ts';

const link = (path: string, target: string): TarItem => ({ path, flag: '2', link: target });
const file = (path: string, content: string): TarItem => ({ path, content });

test('A5: what links lead to is read, of files and of directories, by names that nobody could expect', async () => {
  const rootfs = await read(
    [
      [
        link('etc/yum.repos.d', '/usr/share/repos'),
        file('usr/share/repos/real', '[c]'),
        link('usr/share/repos/c.repo', 'real'),
        link('usr/lib/os-release', 'os.release.d/fedora'),
        file('usr/lib/os.release.d/fedora', 'ID=fedora'),
        link('bin', 'usr/bin'),
        link('usr/bin', '../opt/bin'),
        file('opt/bin/tool', 'tool'),
      ],
    ],
    {
      likely: () => undefined,
      wanted: (tree) => [
        ...tree.list('etc/yum.repos.d').map((name) => [`etc/yum.repos.d/${name}`, 'content'] as const),
        ['usr/lib/os-release', 'content'],
        ['bin/tool', 'head'],
      ],
    },
  );

  expect(rootfs.list('etc/yum.repos.d')).toEqual(['c.repo', 'real']);
  expect([...rootfs.below('etc/yum.repos.d')]).toEqual(['etc/yum.repos.d/c.repo', 'etc/yum.repos.d/real']);
  expect(rootfs.read('etc/yum.repos.d/c.repo')).toEqual({
    kind: 'content',
    path: 'usr/share/repos/real',
    bytes: Buffer.from('[c]'),
  });
  expect(rootfs.read('usr/lib/os-release')).toMatchObject({
    kind: 'content',
    bytes: Buffer.from('ID=fedora'),
  });
  expect(rootfs.head('bin/tool')).toMatchObject({ kind: 'content', path: 'opt/bin/tool' });
  expect(rootfs.get('usr/bin')).toMatchObject({ type: 'symlink', link: '../opt/bin' });
  expect(rootfs.stat('usr/bin')).toMatchObject({ type: 'directory' });
  expect(rootfs.get('bin/tool')).toMatchObject({ type: 'file', size: 4 });
});

test('content, absence and what cannot be read are three things', async () => {
  const rootfs = await read(
    [
      [
        file('small', 'x'),
        file('empty', ''),
        file('large', 'x'.repeat(1001)),
        file('unasked', 'x'),
        link('circle', 'circle'),
        link('dangling', 'nowhere'),
        { path: 'directory', flag: '5' },
        { path: 'pipe', flag: '6' },
      ],
    ],
    {
      limits: { file: 1000 },
      wanted: () =>
        ['small', 'empty', 'large', 'circle', 'dangling', 'directory', 'pipe'].map(
          (path) => [path, 'content'] as const,
        ),
    },
  );
  const kindOf = (path: string) => {
    const read = rootfs.read(path);
    return read.kind === 'unreadable' ? read.why : read.kind === 'content' ? read.bytes.length : read.kind;
  };

  expect(['small', 'empty', 'nothing', 'small/x', 'dangling'].map(kindOf)).toEqual([
    1,
    0,
    'absent',
    'absent',
    'absent',
  ]);
  expect(kindOf('large')).toBe('it has 1001 bytes, more than the limit of 1000');
  expect(kindOf('unasked')).toBe('it was not asked for');
  expect(kindOf('circle')).toBe('links lead in a circle');
  expect(kindOf('directory')).toBe('it is a directory');
  expect(kindOf('pipe')).toBe('it is a fifo');
  expect(rootfs.spooled('small')).toMatchObject({ kind: 'unreadable', why: 'it was not asked for' });
  expect(rootfs.spooled('nothing')).toEqual({ kind: 'absent' });
});

test.for<[path: string, real: string | undefined]>([
  ['l40', 'a'],
  ['l41', undefined],
  ['a/.', undefined],
  ['a/', undefined],
  ['d/', 'd'],
  ['d/./../a', 'a'],
  ['../../a', 'a'],
  ['a/../d', undefined],
  ['up/a', 'a'],
  ['slash', undefined],
  ['', ''],
])('%j leads where the kernel says', async ([path, real]) => {
  const rootfs = await read([
    [
      file('a', 'x'),
      { path: 'd', flag: '5' },
      link('up', '../../..'),
      link('slash', 'a/'),
      link('l1', 'a'),
      ...Array.from({ length: 40 }, (_, index) => link(`l${index + 2}`, `l${index + 1}`)),
    ],
  ]);

  expect(rootfs.resolve(path)).toBe(real);
});

test('a hard link keeps its content when a later layer replaces its other name', async () => {
  const rootfs = await read([[file('a', 'old'), { path: 'b', flag: '1', link: 'a' }], [file('a', 'new')]], {
    wanted: () => [
      ['a', 'content'],
      ['b', 'content'],
    ],
  });

  expect([rootfs.read('a'), rootfs.read('b')]).toMatchObject([
    { bytes: Buffer.from('new') },
    { bytes: Buffer.from('old') },
  ]);
});

test('a layer that was not the right one the second time is an error of its reader', async () => {
  let opened = 0;
  const reading = readRootfs(
    [
      {
        name: 'layer 1',
        open: () => {
          opened += 1;
          return chunked(tarOf([file('a', 'x')]).subarray(0, opened === 1 ? undefined : 512), 100);
        },
      },
    ],
    { wanted: () => [['a', 'content']] },
  );

  await expect(reading).rejects.toThrow('cannot read layer 1: a layer ends 1 bytes too early');
});

function read(layers: readonly (readonly TarItem[])[], options: ReadRootfsOptions = {}): Promise<Rootfs> {
  return readRootfs(
    layers.map((items, index) => ({ name: `layer ${index + 1}`, open: () => chunked(tarOf(items), 700) })),
    options,
  );
}
