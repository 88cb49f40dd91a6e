import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InvalidLayerError } from './errors.ts';
import { type LayerSource, type ReadRootfsOptions, readRootfs } from './read-rootfs.ts';
import { readTar } from './read-tar.ts';
import type { Rootfs } from './rootfs.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rootfs-test-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const keepAll: ReadRootfsOptions = { likely: () => 'content' };
const long = `${'d'.repeat(90)}/${'f'.repeat(120)}`;

test.for(['ustar', 'pax', 'gnu'])('reads what tar writes in the format %s', async (format) => {
  const root = mkdtempSync(join(directory, 'tree-'));
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  writeFileSync(join(root, 'usr/bin/tool'), 'a tool');
  chmodSync(join(root, 'usr/bin/tool'), 0o4755);
  linkSync(join(root, 'usr/bin/tool'), join(root, 'usr/bin/hard'));
  symlinkSync('usr/bin', join(root, 'bin'));
  if (format !== 'ustar') {
    mkdirSync(join(root, 'd'.repeat(90)));
    writeFileSync(join(root, long), 'long');
  }
  const tar = await pack(root, `--format=${format}`);

  const rootfs = await readRootfs([source(tar, 700)], keepAll);

  expect(rootfs.get('usr/bin/tool')).toMatchObject({ type: 'file', mode: 0o4755, size: 6 });
  expect(text(rootfs, 'bin/hard')).toBe('a tool');
  expect(rootfs.resolve('bin/tool')).toBe('usr/bin/tool');
  if (format !== 'ustar') expect(text(rootfs, long)).toBe('long');
});

test('chunks of any size give the same entries', async () => {
  const root = mkdtempSync(join(directory, 'chunks-'));
  for (let index = 0; index < 20; index++) writeFileSync(join(root, `file-${index}`), 'x'.repeat(index * 97));
  const tar = await pack(root);
  const names = async (chunks: AsyncIterable<Uint8Array>) => {
    const list: string[] = [];
    for await (const entry of readTar(chunks)) {
      let size = 0;
      for await (const part of entry.content) size += part.length;
      list.push(`${entry.path.toString()} ${size}`);
    }
    return list;
  };
  const whole = await names(chunked(tar, tar.length));

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3000 }), async (size) => {
      expect(await names(chunked(tar, size))).toEqual(whole);
    }),
    { numRuns: 25 },
  );
});

test('garbage is told as such, and never hangs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
      fc.pre(bytes.some((byte) => byte !== 0));
      await expect(readRootfs([source(Buffer.from(bytes), 100)])).rejects.toThrow(InvalidLayerError);
    }),
  );
});

test('an archive that is cut off is told as such', async () => {
  const root = mkdtempSync(join(directory, 'cut-'));
  writeFileSync(join(root, 'file'), 'x'.repeat(5000));
  const tar = await pack(root);

  await expect(readRootfs([source(tar.subarray(0, 2048))])).rejects.toThrow('too early');
});

test('later layers replace and remove what lower ones have', async () => {
  const lower = await layer({
    'etc/a': 'old',
    'etc/b': 'b',
    'opt/x/y': 'y',
    'var/log/z': 'z',
    usr: undefined,
    'usr/lib': 'a file',
  });
  const upper = await layer({
    'etc/a': 'new',
    'etc/.wh.b': '',
    'opt/x/.wh..wh..opq': '',
    'opt/x/n': 'n',
    '.wh.var': '',
    'usr/lib/c': 'c',
  });

  const rootfs = await readRootfs([source(lower), source(upper)], keepAll);

  expect(text(rootfs, 'etc/a')).toBe('new');
  expect(rootfs.get('etc/b')).toBeUndefined();
  expect(rootfs.list('opt/x')).toEqual(['n']);
  expect(rootfs.list('')).toEqual(['etc', 'opt', 'usr']);
  expect(rootfs.get('usr/lib')?.type).toBe('directory');
});

test('a hard link across layers is the file that it names', async () => {
  const lower = await layer({ 'sysroot/ostree/repo/objects/ab.file': 'shared' });
  const root = mkdtempSync(join(directory, 'link-'));
  mkdirSync(join(root, 'sysroot/ostree/repo/objects'), { recursive: true });
  writeFileSync(join(root, 'sysroot/ostree/repo/objects/ab.file'), 'shared');
  mkdirSync(join(root, 'usr'));
  linkSync(join(root, 'sysroot/ostree/repo/objects/ab.file'), join(root, 'usr/tool'));
  const { stdout } = await execa(
    'tar',
    ['-C', root, '-cf', '-', 'sysroot/ostree/repo/objects/ab.file', 'usr/tool'],
    { encoding: 'buffer' },
  );
  const upper = Buffer.from(stdout).subarray(1024);

  const rootfs = await readRootfs([source(lower), source(upper)], keepAll);

  expect(text(rootfs, 'usr/tool')).toBe('shared');
});

test('links never lead out of the root, and a circle leads nowhere', async () => {
  const root = mkdtempSync(join(directory, 'links-'));
  mkdirSync(join(root, 'a'));
  writeFileSync(join(root, 'a/file'), 'in');
  symlinkSync('../../../../a/file', join(root, 'up'));
  symlinkSync('/a/file', join(root, 'absolute'));
  symlinkSync('circle', join(root, 'circle'));
  symlinkSync('/nowhere', join(root, 'dangling'));

  const rootfs = await readRootfs([source(await pack(root))]);

  expect(['up', 'absolute', 'circle', 'dangling'].map((path) => rootfs.resolve(path))).toEqual([
    'a/file',
    'a/file',
    undefined,
    undefined,
  ]);
});

test('a name that is not UTF-8 is told', async () => {
  const root = mkdtempSync(join(directory, 'utf8-'));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.from([0xff])]), '');
  writeFileSync(join(root, 'gut-ü'), '');

  const rootfs = await readRootfs([source(await pack(root))]);

  const names = new Map([...rootfs.paths].map((path) => [path.slice(0, 4), rootfs.get(path)?.isUtf8]));
  expect(names).toEqual(
    new Map([
      ['bad-', false],
      ['gut-', true],
    ]),
  );
});

test('spools a file to disk and removes it in the end', async () => {
  const tar = await layer({ 'usr/lib/sysimage/rpm/rpmdb.sqlite': 'database' });

  const rootfs = await readRootfs([source(tar, 100)], {
    likely: (path) => (path.endsWith('.sqlite') ? 'spool' : undefined),
  });

  const spooled = rootfs.spooled('usr/lib/sysimage/rpm/rpmdb.sqlite');
  if (spooled.kind !== 'spooled') throw new Error(spooled.kind);
  const path = spooled.file;
  expect(readFileSync(path, 'utf8')).toBe('database');
  await rootfs[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(false);
});

async function layer(files: Readonly<Record<string, string | undefined>>): Promise<Buffer> {
  const root = mkdtempSync(join(directory, 'layer-'));
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) {
      mkdirSync(join(root, path), { recursive: true });
      continue;
    }
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return pack(root);
}

async function pack(root: string, ...flags: string[]): Promise<Buffer> {
  const { stdout } = await execa('tar', ['-C', root, ...flags, '--sort=name', '-cf', '-', '.'], {
    encoding: 'buffer',
  });
  return Buffer.from(stdout);
}

function source(tar: Buffer, chunk = 512): LayerSource {
  return { name: 'the layer', open: () => chunked(tar, chunk) };
}

function text(rootfs: Rootfs, path: string): string {
  const file = rootfs.read(path);
  return file.kind === 'content' ? file.bytes.toString() : file.kind;
}

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
