import zlib from 'node:zlib';
import { type TarForm, tarOf } from '../images/tar-writer.ts';

export type Random = () => number;

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** Any bytes: some are others, some are gone, some are there twice. */
export function mutateBytes(bytes: Uint8Array, random: Random, near = bytes.length): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(random() * Math.min(near, copy.length));
  const length = 1 + Math.floor(random() * 64);
  switch (Math.floor(random() * 6)) {
    case 0:
      return copy.subarray(0, at);
    case 1:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)]);
    case 2:
      return Buffer.concat([copy.subarray(0, at + length), copy.subarray(at)]);
    case 3:
      return Buffer.concat([
        copy.subarray(0, at),
        Buffer.alloc(length, pick(random, [0, 0xff, 0x1b])),
        copy.subarray(at),
      ]);
    case 4:
      copy.fill(pick(random, [0, 0xff, 0x80, 0x0a]), at, Math.min(copy.length, at + length));
      return copy;
    default:
      for (let flips = 1 + Math.floor(random() * 4); flips > 0; flips -= 1) {
        const place = Math.floor(random() * Math.min(near, copy.length));
        copy[place] = Math.floor(random() * 256);
      }
      return copy;
  }
}

/** A number of 1, 2 or 4 bytes somewhere is one of those that programs forget. */
export function mutateNumber(bytes: Uint8Array, random: Random, near = bytes.length): Buffer {
  const copy = Buffer.from(bytes);
  const size = pick(random, [1, 2, 4]);
  const value = pick(
    random,
    [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff],
  );
  const at = Math.floor(random() * Math.max(1, Math.min(near, copy.length) - size));
  if (at + size <= copy.length) copy.writeUIntBE(value % 2 ** (8 * size), at, size);
  return copy;
}

/** What stands at the end of a compressed layer, or in the middle of it. */
export function mutateFrames(bytes: Uint8Array, random: Random): Buffer {
  const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);
  const more = [
    Buffer.alloc(10),
    Buffer.from('more'),
    zlib.gzipSync('more'),
    zlib.zstdCompressSync(Buffer.from('more')),
    zlib.zstdCompressSync(Buffer.alloc(32 * 1024 * 1024)),
    skippable,
    skippable.subarray(0, 7),
    Buffer.from([0x1f, 0x8b]),
  ];
  const which = pick(random, more);
  switch (Math.floor(random() * 4)) {
    case 0:
      return Buffer.concat([bytes, which]);
    case 1:
      return Buffer.concat([which, bytes]);
    case 2:
      return mutateBytes(bytes, random, 24);
    default:
      return mutateBytes(bytes, random);
  }
}

const names = [
  '',
  '/',
  '..',
  '../../etc/passwd',
  'a\u001b]0;x\u0007\nb',
  'usr',
  'usr/lib/os-release/x',
  'x'.repeat(5000),
  './'.repeat(2000),
  '.wh.usr',
  'usr/lib/.wh..wh..opq',
  '\xff\xfe',
];
const records = [
  { size: '-1' },
  { size: '99999999999999999999' },
  { path: 'a\0b' },
  { linkpath: '../'.repeat(1500) },
  { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'x', 'GNU.sparse.realsize': '9' },
  { 'GNU.sparse.map': '0,5,1,9', 'GNU.sparse.size': '3' },
  { uid: 'x', gid: '-7', mtime: 'never' },
  { 'SCHILY.xattr.security.capability': '\u0001' },
];
const forms: readonly TarForm[] = ['v7', 'ustar', 'gnu', 'pax', 'old-sparse', 'sparse-0.0', 'sparse-1.0'];
const flags = ['0', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', 'D', 'M', 'V', 'Z', '\0'];

/** A header that says something else, its checksum right or not; an entry that nobody should write; any bytes. */
export function mutateTar(tar: Buffer, random: Random): Buffer {
  const headers: number[] = [];
  for (let at = 0; at + 512 <= tar.length; ) {
    if (tar[at] === 0) break;
    headers.push(at);
    at += 512 + Math.ceil((Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8) || 0) / 512) * 512;
  }
  if (random() < 0.2) return mutateBytes(tar, random);
  if (random() < 0.3) {
    const entry = tarOf([
      {
        path: pick(random, names),
        link: pick(random, names),
        flag: pick(random, flags),
        form: pick(random, forms),
        records: pick(random, records),
        content: 'content',
      },
    ]);
    const at = pick(random, headers);
    return Buffer.concat([tar.subarray(0, at), entry.subarray(0, -1024), tar.subarray(at)]);
  }
  const copy = Buffer.from(tar);
  const header = copy.subarray(pick(random, headers));
  const [start, length] = pick(random, [
    [0, 100],
    [100, 8],
    [108, 8],
    [124, 12],
    [157, 100],
    [257, 8],
    [329, 8],
    [345, 155],
  ] as const);
  const value = pick(random, [
    Buffer.from(pick(random, names)),
    Buffer.from('77777777777'),
    Buffer.from('-0000001'),
    Buffer.alloc(length, 0xff),
    Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0]),
    Buffer.alloc(length),
  ]);
  if (random() < 0.3) header.write(pick(random, flags), 156, 'latin1');
  else value.copy(header, start, 0, length);
  if (random() < 0.85) sign(header);
  return copy;
}

function sign(header: Buffer): void {
  header.fill(0x20, 148, 156);
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
