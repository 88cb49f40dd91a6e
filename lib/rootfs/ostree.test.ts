import { expect, test } from 'vitest';
import { type ImageFiles, ostreeLayers, plainLayer } from '#test/images/ostree-layer';
import { type LayerSource, type Rootfs, readRootfs } from './index.ts';

const files: ImageFiles = {
  'usr/lib/os-release': 'ID=fedora\n',
  'etc/os-release': { link: '../usr/lib/os-release' },
  'etc/yum.repos.d/c.repo': '[c]\nbaseurl=http://x/\n',
  'etc/yum.repos.d/copy.repo': '[c]\nbaseurl=http://x/\n',
  'etc/hostname': '',
  'usr/share/rpm/rpmdb.sqlite': 'database',
  'usr/lib/sysimage/rpm': { link: '../../share/rpm' },
  'usr/bin/bash': `\x7fELF${'x'.repeat(9000)}`,
  'var/tmp': { directory: true },
};

test.for(['whole', 'chunked', 'apart'] as const)(
  'A2: an image in ostree layers, %s, is read as a plain one',
  async (layout) => {
    await using plain = await read([plainLayer(files)]);
    await using ostree = await read(ostreeLayers(files, layout));

    expect(seen(ostree)).toEqual(seen(plain));
    expect(ostree.unread).toEqual([]);
  },
);

test('A2: files that stand where they are likely to are read in one pass, objects in a second one of their layer', async () => {
  const opened = (layers: readonly Buffer[]) => {
    const counts = layers.map(() => 0);
    const sources = layers.map((layer, index) => ({
      name: `layer ${index + 1}`,
      open: () => {
        counts[index] = (counts[index] ?? 0) + 1;
        return bytesOf(layer);
      },
    }));
    return { counts, sources };
  };
  const plain = opened([plainLayer(files)]);
  const ostree = opened(ostreeLayers({ 'a/other': 'x', 'b/other': 'y', ...files }, 'apart'));

  await (await readRootfs(plain.sources, options))[Symbol.asyncDispose]();
  await (await readRootfs(ostree.sources, options))[Symbol.asyncDispose]();

  expect(plain.counts).toEqual([1]);
  expect(ostree.counts).toEqual([2, 1]);
});

const options = {
  likely: (path: string) =>
    (path.endsWith('.sqlite')
      ? 'spool'
      : /release$|repo$/.test(path)
        ? 'content'
        : /bash/.test(path)
          ? 'head'
          : undefined) as 'content' | 'spool' | 'head' | undefined,
  wanted: () =>
    [
      ['usr/lib/os-release', 'content'],
      ['etc/os-release', 'content'],
      ['etc/yum.repos.d/c.repo', 'content'],
      ['etc/yum.repos.d/copy.repo', 'content'],
      ['usr/bin/bash', 'head'],
      ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'spool'],
    ] as const,
};

function read(layers: readonly Buffer[]): Promise<Rootfs> {
  const sources: LayerSource[] = layers.map((layer, index) => ({
    name: `layer ${index + 1}`,
    open: () => bytesOf(layer),
  }));
  return readRootfs(sources, options);
}

/** All of a root file system except what only ostree has. */
function seen(rootfs: Rootfs): unknown {
  const paths = [...rootfs.paths].filter((path) => !path.startsWith('sysroot'));
  return {
    entries: paths.map((path) => [path, rootfs.get(path), rootfs.resolve(path)]),
    texts: ['etc/os-release', 'etc/yum.repos.d/c.repo', 'etc/yum.repos.d/copy.repo'].map((path) =>
      rootfs.read(path),
    ),
    head: rootfs.head('usr/bin/bash'),
    database: { ...rootfs.spooled('usr/lib/sysimage/rpm/rpmdb.sqlite'), file: '' },
  };
}

async function* bytesOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
