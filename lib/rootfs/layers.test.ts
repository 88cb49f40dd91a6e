import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differencesOf, listOurs } from '#test/images/listing';
import { entryOf, extended, header, type TarItem, tarOf } from '#test/images/tar-writer';
import { type Buildah, createBuildah, whyNoBuildah, writeLayout } from '#test/images/unpackers';

type Layer = readonly TarItem[] | Buffer;

const dir = (path: string): TarItem => ({ path, flag: '5', mode: 0o750 });
const link = (path: string, target: string): TarItem => ({ path, flag: '2', link: target });
const hard = (path: string, target: string, mode = 0o644): TarItem => ({
  path,
  flag: '1',
  link: target,
  mode,
});
const file = (path: string, content = path): TarItem => ({ path, content });
const pax = (records: Record<string, string>, flag = 'x', name = 'x') =>
  extended(
    Object.entries(records).map(([key, value]) => [key, Buffer.from(value, 'latin1')] as const),
    flag,
    name,
  );
const end = Buffer.alloc(1024);
const raw = (...parts: readonly Buffer[]) => Buffer.concat([...parts, end]);
const plain = entryOf(file('plain'));

/** Layers, the lowest first. What buildah makes of each is what counts. */
const stacks: Readonly<Record<string, readonly Layer[]>> = {
  'parents that nobody names': [[file('p/q/x')], [dir('p'), file('p/y')], [file('p/z')]],
  'D2: a file below a link of the same layer': [[dir('boot'), link('b', 'boot'), file('b/vmlinuz')]],
  'D2: a file below an absolute link': [[dir('boot'), link('b', '/boot'), file('b/vmlinuz')]],
  'D2: a file below a link of a lower layer': [[dir('boot'), link('b', 'boot')], [file('b/vmlinuz')]],
  'a file below a link to nothing': [[link('b', 'nothing'), file('b/x')]],
  'a file below a link to a directory that is made later': [[link('b', 'boot'), dir('boot'), file('b/x')]],
  'parents that a link to nothing would make': [[link('b', 'nothing'), file('b/c/x')]],
  'parents below a link': [[dir('boot'), link('b', 'boot'), file('b/c/d/x')]],
  'a link out of the root': [[link('up', '../../../../a'), dir('a'), file('up/x')]],
  'links in a circle': [[link('a', 'b'), link('b', 'a'), file('a/x')]],
  'a chain of 41 links': [
    [
      dir('l0'),
      ...Array.from({ length: 41 }, (_, index) => link(`l${index + 1}`, `l${index}`)),
      file('l41/x'),
    ],
  ],
  'a chain of 40 links': [
    [
      dir('l0'),
      ...Array.from({ length: 40 }, (_, index) => link(`l${index + 1}`, `l${index}`)),
      file('l40/x'),
    ],
  ],
  'D2: a directory in the place of a file': [[file('vmlinuz')], [file('vmlinuz/x')]],
  'D2: a directory in the place of a link': [
    [link('ostree', 'sysroot/ostree'), dir('sysroot/ostree')],
    [file('ostree/x')],
  ],
  'a file in the place of a directory': [[file('d/x'), file('d/y')], [file('d')], [file('d/z')]],
  'a link in the place of a directory': [
    [file('d/x'), dir('e')],
    [link('d', 'e'), file('d/z')],
  ],
  'a file in the place of a directory, in one layer': [[file('d/x'), file('d')]],
  'a whiteout': [
    [file('d/a'), file('d/b'), file('e')],
    [file('d/.wh.a', ''), file('.wh.e', '')],
  ],
  'a whiteout of nothing': [[file('a')], [file('.wh.x', ''), file('d/.wh.y', ''), file('d/z')]],
  'a whiteout of what the same layer has': [[file('b')], [file('b'), file('.wh.b', '')]],
  'a whiteout before what the same layer has': [[file('b')], [file('.wh.b', ''), file('b', 'new')]],
  'a whiteout of a directory before the same layer makes it': [
    [file('d/a')],
    [file('.wh.d', ''), dir('d'), file('d/b')],
  ],
  'a whiteout of a directory before a file in it': [[file('d/a')], [file('.wh.d', ''), file('d/b')]],
  'a whiteout below a whiteout': [[file('t/x')], [file('.wh.t', ''), file('t/.wh.x', '')]],
  'a whiteout through a link': [
    [file('boot/x'), file('boot/y')],
    [dir('boot'), link('b', 'boot'), file('b/.wh.x', '')],
  ],
  'a whiteout in three layers': [
    [file('a'), file('b')],
    [file('.wh.a', '')],
    [file('a', 'again'), file('.wh.b', '')],
  ],
  'whiteouts without a name': [[file('.wh.', '')]],
  'a whiteout of ..': [[file('a')], [file('d/.wh...', '')]],
  'an opaque directory': [[file('d/a')], [file('d/b'), file('d/.wh..wh..opq', ''), file('d/c')]],
  'an opaque directory, said first': [[file('d/a')], [file('d/.wh..wh..opq', ''), file('d/c')]],
  'an opaque root': [
    [file('d/a'), file('z')],
    [file('.wh..wh..opq', ''), file('c')],
  ],
  'an opaque directory through a link': [
    [file('boot/x')],
    [dir('boot'), link('b', 'boot'), file('b/.wh..wh..opq', '')],
  ],
  'an opaque directory below a file': [[file('d/a')], [file('d', 'file'), file('d/.wh..wh..opq', '')]],
  'names of aufs': [[file('d/a')], [file('.wh..wh.plnk/x'), file('.wh..wh.aufs', ''), file('c')]],
  'a device 0:0, which is a whiteout': [[file('a'), file('b')], [{ path: 'a', flag: '3' }]],
  'a hard link to a whiteout': [
    [file('a'), file('b')],
    [{ path: 'a', flag: '3' }, hard('b', 'a')],
  ],
  'a hard link': [[file('a'), hard('d/b', 'a'), hard('c', 'd/b')]],
  'a hard link whose entry has another mode': [[file('a'), hard('b', 'a', 0o755)]],
  'a hard link to a link': [[link('l', 't'), hard('h', 'l')]],
  'a hard link through a link': [[dir('d'), file('d/x'), link('l', 'd'), hard('h', 'l/x')]],
  'a hard link to a directory': [[dir('d'), hard('h', 'd')]],
  'a hard link to nothing': [[hard('h', 'nothing')]],
  'a hard link to itself': [[file('a'), hard('a', 'a')]],
  'a hard link to what comes later': [[hard('h', 'a'), file('a')]],
  'a hard link to a file of a lower layer': [[file('a')], [hard('b', 'a')]],
  'one of two hard links replaced': [
    [file('a', 'old'), hard('b', 'a')],
    [file('a', 'new')],
    [file('.wh.a', '')],
  ],
  'one of two hard links removed': [[file('a', 'old'), hard('b', 'a')], [file('.wh.a', '')]],
  'the same path twice': [[file('a', '1'), file('a', '2')]],
  'the same path in two spellings': [[file('a', '1'), file('./a', '2')]],
  'the same file through a link': [[dir('d'), link('l', 'd'), file('d/x', '1'), file('l/x', '2')]],
  'an entry that removes the link it lies below': [[link('d', '.'), file('d/d')]],
  'paths with dots and slashes': [
    [file('/a'), file('./b'), file('x/../c'), file('../d'), file('e//f'), dir('g//')],
  ],
  'the root, in every spelling': [[dir('./'), dir('/'), file('a')]],
  'a file as the root': [[file('./')]],
  'an empty name': [[file('a')], [{ path: '', flag: '0' }]],
  'a slash at the end of a file': [[file('a/')]],
  'a slash at the end in version 7': [[{ path: 'a/', flag: '\0', form: 'v7' }, file('a/b')]],
  'a link without a target': [[link('a', '')]],
  'a link of 4095 bytes': [[{ ...link('a', 'x'.repeat(4095)), form: 'pax' }]],
  'a link of 4096 bytes': [[{ ...link('a', 'x'.repeat(4096)), form: 'pax' }]],
  'a name of 255 bytes': [[{ ...file('n'.repeat(255), ''), form: 'pax' }]],
  'a name of 256 bytes': [[{ ...file('n'.repeat(256), ''), form: 'pax' }]],
  'a path of 3000 bytes': [[{ ...file(`${`${'d'.repeat(250)}/`.repeat(12)}x`, ''), form: 'pax' }]],
  'names that are not UTF-8': [
    [
      { path: Buffer.from([0x61, 0xff]), content: '1' },
      { path: Buffer.from([0x61, 0xfe]), content: '2' },
      { path: 'l', flag: '2', link: Buffer.from([0xff]) },
    ],
  ],
  'devices and a pipe': [
    [
      { path: 'c', flag: '3', major: 1, minor: 3 },
      { path: 'b', flag: '4', major: 8, minor: 1 },
      { path: 'p', flag: '6' },
    ],
  ],
  'a contiguous file': [[{ path: 'a', flag: '7', content: 'x' }]],
  'an old sparse file': [[{ path: 'a', form: 'old-sparse', content: `x${'\0'.repeat(600)}` }]],
  'an entry of an unknown type': [[{ path: 'a', flag: 'D', content: 'x' }]],
  'a link that says it has content': [raw(entryOf({ ...link('l', 'a'), size: 512 }), plain)],
  'no end': [plain],
  'half an end': [Buffer.concat([plain, Buffer.alloc(512)])],
  'a part of a block at the end': [Buffer.concat([plain, Buffer.alloc(100)])],
  'content after one block of zeros': [Buffer.concat([plain, Buffer.alloc(512), plain, end])],
  'padding that is cut off': [plain.subarray(0, 515)],
  'content that is cut off': [entryOf(file('a', 'x'.repeat(100))).subarray(0, 570)],
  'no bytes at all': [Buffer.alloc(0)],
  'a negative size': [raw(pax({ size: '-1' }), plain)],
  'a size in pax': [
    raw(
      pax({ size: '5' }),
      header({ name: Buffer.from('a'), size: 0 }),
      Buffer.from('hello'.padEnd(512, '\0')),
    ),
  ],
  'an empty pax path': [raw(pax({ path: '' }), plain)],
  'two pax headers': [raw(pax({ path: 'first', linkpath: 'x' }), pax({ uid: '7' }), plain)],
  'a pax header before a global one': [
    raw(pax({ path: 'first' }), pax({ comment: 'x' }, 'g', 'pax_global_header'), plain),
  ],
  'two global headers': [
    raw(
      pax({ comment: 'x' }, 'g', 'pax_global_header'),
      pax({ comment: 'y' }, 'g', 'pax_global_header'),
      plain,
    ),
  ],
  'a global header that names a file': [
    [file('a'), file('plain', 'old')],
    raw(pax({ comment: 'x' }, 'g', 'd/g'), plain),
  ],
  'a negative uid': [raw(pax({ uid: '-2' }), plain)],
  'a pax time that is none': [raw(pax({ mtime: 'x' }), plain)],
  'an unknown version of sparse files': [
    raw(pax({ 'GNU.sparse.major': '2', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'other' }), plain),
  ],
  'an opaque directory by its attribute': [
    [file('d/a')],
    raw(pax({ 'SCHILY.xattr.trusted.overlay.opaque': 'y' }), entryOf(dir('d')), plain),
  ],
  'other attributes': [
    raw(pax({ 'SCHILY.xattr.user.x': 'y', 'SCHILY.xattr.security.selinux': 'z\0' }), plain),
  ],
  'content after the end': [Buffer.concat([plain, end, entryOf(file('after'))])],
  'a long name of GNU over a pax path': [
    raw(pax({ path: 'pax' }), entryOf({ path: `gnu/${'n'.repeat(120)}`, form: 'gnu' })),
  ],
};

/** What buildah accepts and we tell of, so that the check `readable` fails. */
const stricter: Readonly<Record<string, string>> = {
  'content after the end': 'buildah stops at the end, other readers (GNU tar -i) go on',
  'an opaque directory by its attribute':
    'an attribute of overlayfs in a layer hides files for some engines only',
  'an unknown version of sparse files': 'some readers would know the version, and take the file for another',
};

let scratch: string;
let buildah: Buildah;
const layout = () => `${scratch}/layout`;
const cases = Object.entries(stacks).map(([what, layers], index) => ({
  what,
  name: `s${index}`,
  layers: layers.map((layer) => (Buffer.isBuffer(layer) ? layer : tarOf(layer as readonly TarItem[]))),
}));

beforeAll(() => {
  scratch = `${existsSync('/dev/shm') ? '/dev/shm' : tmpdir()}/layers-${randomBytes(6).toString('hex')}`;
  mkdirSync(scratch);
  buildah = createBuildah(`${scratch}/buildah`);
  writeLayout(layout(), cases);
});
afterAll(async () => {
  await buildah[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

if (whyNoBuildah) console.log(`layers: skipped: ${whyNoBuildah}`);

test.skipIf(whyNoBuildah).for(cases)(
  '$what: as buildah mounts it, or refused as it refuses',
  async ({ what, name, layers }) => {
    const theirs = await buildah.list(layout(), name);
    const ours = await listOurs(layers);

    if (theirs instanceof Error) {
      expect(ours.unread, theirs.message).not.toEqual([]);
      return;
    }
    if (what in stricter) expect(ours.unread).not.toEqual([]);
    else expect(ours.unread).toEqual([]);
    expect(differencesOf(ours.listing, theirs)).toEqual([]);
  },
);
