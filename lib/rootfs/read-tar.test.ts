import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryOf, extended, header, type TarForm, tarOf, writeSum } from '#test/images/tar-writer';
import { InvalidLayerError, type Rootfs, readRootfs, readTar } from './index.ts';

const end = Buffer.alloc(1024);
const holes = `a${'\0'.repeat(1000)}b${'\0'.repeat(700)}c\0d\0e\0f\0g${'\0'.repeat(2000)}`;

test.for<TarForm>([
  'v7',
  'ustar',
  'star',
  'gnu',
  'pax',
  'old-sparse',
  'sparse-0.0',
  'sparse-0.1',
  'sparse-1.0',
])('reads the form %s', async (form) => {
  const path = form === 'v7' || form === 'old-sparse' ? 'usr/a' : `usr/${'d'.repeat(90)}/${'f'.repeat(80)}`;

  const rootfs = await read(tarOf([{ path, form, content: holes, mode: 0o4755, uid: 7, gid: 8 }]));

  expect(rootfs.get(path)).toMatchObject({ type: 'file', mode: 0o4755, uid: 7, gid: 8, size: holes.length });
  expect(textOf(rootfs, path)).toBe(holes);
});

test('D2: the name that a sparse file has in its pax header is its name', async () => {
  for (const form of ['sparse-0.1', 'sparse-1.0'] as const) {
    const rootfs = await read(tarOf([{ path: 'boot/vmlinuz', form, content: 'kernel' }]));

    expect([...rootfs.below('boot')]).toEqual(['boot/vmlinuz']);
    expect(textOf(rootfs, 'boot/vmlinuz')).toBe('kernel');
  }
});

test.for(['gnu', 'posix'])(
  'A4: what follows a sparse file of GNU tar in the form %s is read',
  async (format) => {
    const root = mkdtempSync(join(tmpdir(), 'sparse-'));
    mkdirSync(join(root, 'usr/a'), { recursive: true });
    mkdirSync(join(root, 'var/log'), { recursive: true });
    const whole = Buffer.alloc(3_000_000);
    const sparseFile = openSync(join(root, 'usr/a/sparse'), 'w');
    for (let index = 0; index < 12; index++) {
      whole[index * 200_000] = 0x78;
      writeSync(sparseFile, 'x', index * 200_000);
    }
    ftruncateSync(sparseFile, whole.length);
    closeSync(sparseFile);
    writeFileSync(join(root, 'var/log/build.log'), 'x\n');
    const { stdout } = await execa(
      'tar',
      ['-S', `--format=${format}`, '--sort=name', '-C', root, '-cf', '-', 'usr', 'var'],
      { encoding: 'buffer' },
    );
    rmSync(root, { recursive: true });
    expect(stdout.length).toBeLessThan(1_000_000);

    const rootfs = await read(Buffer.from(stdout), { limits: { file: 4_000_000 } });

    const sparse = rootfs.read('usr/a/sparse');
    expect(sparse.kind === 'content' && sparse.bytes.equals(whole)).toBe(true);
    expect(textOf(rootfs, 'var/log/build.log')).toBe('x\n');
    // No version of podman and buildah unpacks GNU's older form (containers/storage, "unhandled tar header type 83").
    expect(rootfs.unread.map(({ why }) => why)).toEqual(
      format === 'gnu' ? ['is an entry of the type "S", which engines refuse'] : [],
    );
  },
);

const file = entryOf({ path: 'a', content: 'content' });
const head = (change: (block: Buffer) => void, size = 0) => header({ name: Buffer.from('a'), size }, change);
const pax = (records: Record<string, string>) =>
  extended(Object.entries(records).map(([key, value]) => [key, Buffer.from(value, 'latin1')] as const));
const rawPax = (text: string) =>
  Buffer.concat([
    header({ flag: 'x', name: Buffer.from('x'), size: text.length }),
    Buffer.from(text.padEnd(512, '\0')),
  ]);

test.for<[what: string, tar: Buffer, message: string]>([
  [
    'A4: content after a single block of zeros',
    Buffer.concat([file, Buffer.alloc(512), file, end]),
    'single block of zeros',
  ],
  ['D8: a negative pax size', Buffer.concat([pax({ size: '-1' }), file, end]), 'a size is negative'],
  [
    'D8: a negative binary size',
    Buffer.concat([head((block) => block.fill(0xff, 124, 136)), end]),
    'a size is negative',
  ],
  ['a size that no stream has', Buffer.concat([pax({ size: '9'.repeat(19) }), file, end]), 'out of range'],
  ['a wrong sum', Buffer.concat([head((block) => writeSum(block)).fill(0x39, 0, 1), end]), 'checksum'],
  ['a number that is not octal', Buffer.concat([head((block) => block.write('9', 108)), end]), 'not octal'],
  ['a time that is none', Buffer.concat([pax({ mtime: 'now' }), file, end]), 'pax header'],
  ['a pax record without an end', Buffer.concat([rawPax('12 path=abcdX'), file, end]), 'pax header'],
  ['a pax record without a key', Buffer.concat([rawPax('6 =ab\n'), file, end]), 'pax header'],
  ['a pax record of a wrong length', Buffer.concat([rawPax('99 path=a\n'), file, end]), 'pax header'],
  ['a NUL in a pax path', Buffer.concat([pax({ path: 'a\0b' }), file, end]), 'pax header'],
  [
    'a sparse map that is not in order',
    Buffer.concat([
      pax({ 'GNU.sparse.map': '5,1,2,1', 'GNU.sparse.numblocks': '2', 'GNU.sparse.size': '9' }),
      file,
      end,
    ]),
    'map of a sparse file',
  ],
  [
    'a sparse map of other data',
    Buffer.concat([
      pax({ 'GNU.sparse.map': '0,1', 'GNU.sparse.numblocks': '1', 'GNU.sparse.size': '9' }),
      file,
      end,
    ]),
    'map of a sparse file',
  ],
  [
    'a sparse directory',
    Buffer.concat([
      pax({ 'GNU.sparse.map': '0,0', 'GNU.sparse.numblocks': '1' }),
      entryOf({ path: 'd', flag: '5' }),
      end,
    ]),
    'sparse file that is none',
  ],
  ['a header that is cut off', file.subarray(0, 300), 'inside a header'],
  ['content that is cut off', file.subarray(0, 515), 'too early'],
  ['an extended header that is cut off', pax({ path: 'a' }).subarray(0, 514), 'inside an extended header'],
  [
    'D3: a name of 7 MiB',
    Buffer.concat([pax({ path: 'x'.repeat(7 * 1024 * 1024) }), file, end]),
    'more than the limit of 1048576',
  ],
])('refuses %s, as Go does', async ([, tar, message]) => {
  const reading = read(tar);

  await expect(reading).rejects.toThrow(InvalidLayerError);
  await expect(reading).rejects.toThrow(message);
});

test.for<[what: string, tar: Buffer]>([
  ['no blocks of zeros at the end', file],
  ['a single block of zeros at the end', Buffer.concat([file, Buffer.alloc(512)])],
  ['padding that is cut off', file.subarray(0, 519)],
  ['more zeros than two blocks', Buffer.concat([file, Buffer.alloc(20 * 512)])],
  [
    'a sum of signed bytes',
    tarOf([{ path: 'a', content: 'content', isSigned: true, uid: 0xff, numbers: 'binary' }]),
  ],
  ['numbers in spaces', tarOf([{ path: 'a', content: 'content', numbers: 'spaces' }])],
  ['an empty pax path', Buffer.concat([pax({ path: '' }), file, end])],
  [
    'a global header that says nothing of files',
    Buffer.concat([extended([['comment', Buffer.from('x')]], 'g', 'pax_global_header'), file, end]),
  ],
])('reads an archive with %s, as Go does', async ([, tar]) => {
  const rootfs = await read(tar);

  expect([...rootfs.paths]).toEqual(['a']);
  expect(textOf(rootfs, 'a')).toBe('content');
  expect(rootfs.unread).toEqual([]);
});

test.for<[what: string, tar: Buffer, why: string]>([
  [
    'content after the end',
    Buffer.concat([file, end, file]),
    'there is content after the end of the archive',
  ],
  [
    'a global header that names files',
    Buffer.concat([extended([['path', Buffer.from('b')]], 'g', 'g'), file, end]),
    'a global header says path, which some readers apply to what follows',
  ],
  [
    'a sparse file of a version that is not known',
    Buffer.concat([pax({ 'GNU.sparse.major': '2', 'GNU.sparse.minor': '0' }), file, end]),
    'a sparse file of an unknown version stands under the name of its pieces',
  ],
  [
    'an entry of an unknown type',
    Buffer.concat([file, entryOf({ path: 'd', flag: 'D', content: 'x' }), end]),
    'is an entry of the type "D", which engines refuse',
  ],
  [
    'the attribute of an opaque directory',
    Buffer.concat([
      file,
      pax({ 'SCHILY.xattr.trusted.overlay.opaque': 'y' }),
      entryOf({ path: 'd', flag: '5' }),
      end,
    ]),
    'has the attribute trusted.overlay.opaque, by which an overlay hides or replaces what is below',
  ],
])('tells of %s', async ([, tar, why]) => {
  const rootfs = await read(tar);

  expect(textOf(rootfs, 'a')).toBe('content');
  expect(rootfs.unread.map((one) => one.why)).toEqual([why]);
});

test('what is not read of an entry is passed over', async () => {
  const paths: string[] = [];
  const tar = tarOf([
    { path: 'a', content: 'x'.repeat(5000) },
    { path: 'b', form: 'sparse-1.0', content: holes },
    { path: 'c' },
  ]);

  await readTar(chunked(tar, 100), (entry) => {
    paths.push(entry.path.toString());
  });

  expect(paths).toEqual(['a', 'b', 'c']);
});

test('a flipped bit, a cut and a changed byte give a tree or one clear error', async () => {
  const tar = tarOf([
    { path: 'usr/a', form: 'pax', content: 'x'.repeat(600) },
    { path: 'usr/b', form: 'sparse-1.0', content: holes },
    { path: 'usr/c', form: 'old-sparse', content: holes },
    { path: `usr/${'d'.repeat(150)}`, form: 'gnu', content: 'y' },
    { path: 'usr/e', flag: '1', link: 'usr/a' },
    { path: 'usr/f', flag: '2', link: 'a', form: 'v7' },
    { path: 'usr/.wh.g' },
  ]);
  const change = fc.record({
    at: fc.nat(tar.length - 1),
    kind: fc.constantFrom('flip', 'cut', 'byte', 'number'),
    value: fc.nat(255),
  });

  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (changes, isSummed) => {
        let bytes = Buffer.from(tar);
        for (const { at, kind, value } of changes) {
          if (kind === 'flip')
            bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << (value % 8));
          if (kind === 'byte') bytes[at % bytes.length] = value;
          if (kind === 'number')
            bytes.write(
              String(value).slice(0, Math.max(0, bytes.length - 124)),
              Math.min(124, bytes.length - 1),
            );
          if (kind === 'cut') bytes = bytes.subarray(0, Math.max(1, at % bytes.length));
        }
        // Once the checksums are right again, the change reaches the code behind their check.
        if (isSummed)
          for (let at = 0; at + 512 <= bytes.length; at += 512)
            if (bytes[at + 257] === 0x75) writeSum(bytes.subarray(at, at + 512));
        try {
          await (await read(bytes))[Symbol.asyncDispose]();
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidLayerError);
          expect((error as Error).message).toMatch(/^cannot read the layer: /);
        }
      },
    ),
    { numRuns: 400 },
  );
});

function read(tar: Buffer, options: Parameters<typeof readRootfs>[1] = {}): Promise<Rootfs> {
  return readRootfs([{ name: 'the layer', open: () => chunked(tar, 700) }], {
    likely: () => 'content',
    ...options,
  });
}

function textOf(rootfs: Rootfs, path: string): string {
  const read = rootfs.read(path);
  return read.kind === 'content' ? read.bytes.toString('latin1') : read.kind;
}

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
