import { ExpectedError } from '#lib/errors';
import type { Nevra } from './nevra.ts';

export class InvalidRpmHeaderError extends ExpectedError {
  override readonly name = 'InvalidRpmHeaderError';
}

export interface InstalledRpm extends Nevra {
  /** File name of the source package; empty for gpg-pubkey. */
  readonly sourcerpm: string;
  /** As the package says it: an SPDX expression in Fedora, seldom one elsewhere. */
  readonly license?: string;
}

// lib/rpmtag.h of rpm.
const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  license: 1014,
  arch: 1022,
  sourcerpm: 1044,
} as const;
const INT32 = 4;
const STRING = 6;
const I18NSTRING = 9;
const ENTRY = 16;

/**
 * Reads the identity of a package from a header as the database holds it: number of index entries and length of
 * the data (32 bits, big-endian), the index (tag, type, offset, count), the data.
 */
export function readRpmHeader(blob: Uint8Array): InstalledRpm {
  const view = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (view.length < 8) throw new InvalidRpmHeaderError('an RPM header is cut off');
  const entries = view.readUInt32BE(0);
  const length = view.readUInt32BE(4);
  const start = 8 + entries * ENTRY;
  if (start + length > view.length) {
    throw new InvalidRpmHeaderError(`an RPM header says ${start + length} bytes and has ${view.length}`);
  }
  const data = view.subarray(start, start + length);
  const values = new Map<number, string | number>();
  for (let at = 8; at < start; at += ENTRY) {
    const value = fieldOf(data, view.readUInt32BE(at + 4), view.readUInt32BE(at + 8));
    if (value !== undefined) values.set(view.readUInt32BE(at), value);
  }
  const text = (tag: number) => String(values.get(tag) ?? '');
  const name = text(TAG.name);
  if (name === '') throw new InvalidRpmHeaderError('an RPM header has no name');
  return {
    name,
    epoch: Number(values.get(TAG.epoch) ?? 0),
    version: text(TAG.version),
    release: text(TAG.release),
    arch: text(TAG.arch),
    sourcerpm: text(TAG.sourcerpm),
    ...(values.has(TAG.license) ? { license: text(TAG.license) } : {}),
  };
}

function fieldOf(data: Buffer, type: number, offset: number): string | number | undefined {
  if (type === INT32) return offset + 4 <= data.length ? data.readUInt32BE(offset) : undefined;
  if (type !== STRING && type !== I18NSTRING) return undefined;
  const end = data.indexOf(0, offset);
  return end === -1 ? undefined : data.toString('utf8', offset, end);
}
