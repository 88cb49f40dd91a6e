import { crc32 } from 'node:zlib';
import { deflate } from './deflate.ts';

/** A gzip file (RFC 1952) without name, time or system in it: the same bytes give the same file on every machine. */
export function gzip(bytes: Uint8Array): Uint8Array {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length >>> 0, 4);
  return Buffer.concat([header, deflate(bytes), trailer]);
}
