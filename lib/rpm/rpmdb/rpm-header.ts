import { ExpectedError } from '#lib/errors';
import { quoted } from '#lib/text';
import { limits } from '../limits.ts';
import type { Nevra } from '../nevra.ts';

export class InvalidRpmHeaderError extends ExpectedError {
  override readonly name = 'InvalidRpmHeaderError';
  override readonly kind = 'invalid';
}

export interface InstalledRpm extends Nevra {
  /** File name of the source package; empty for gpg-pubkey. */
  readonly sourcerpm: string;
  /** As the package says it: an SPDX expression in Fedora, seldom one elsewhere. */
  readonly license?: string;
}

interface RpmHeader extends InstalledRpm {
  /** An imported key, which rpm keeps among the packages: without architecture and files. */
  readonly isKey: boolean;
}

// include/rpm/rpmtag.h of rpm.
const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  license: 1014,
  arch: 1022,
  oldfilenames: 1027,
  sourcerpm: 1044,
  basenames: 1117,
} as const;
const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));
const INT32 = 4;
const STRING = 6;
const MAX_TYPE = 9;
/** Form of a name, a version, a release, an architecture; rpm builds no others. */
const VISIBLE = /^[\x21-\x7e]+$/;
const ENTRY = 16;

interface Field {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/**
 * Reads the identity of a package from a header as the database holds it: number of index entries and length of
 * the data (32 bits, big-endian), the index (tag, type, offset, count), the data. No other values are read.
 *
 * @throws {InvalidRpmHeaderError}
 */
export function readRpmHeader(blob: Uint8Array): RpmHeader {
  const { fields, data } = indexOf(Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength));
  const text = (tag: keyof typeof TAG, most: number = limits.name) =>
    textOf(data, fields.get(TAG[tag]), tag, most);
  const name = text('name');
  if (!name) throw new InvalidRpmHeaderError('an RPM header has no name');
  if (!VISIBLE.test(name)) throw new InvalidRpmHeaderError(`an RPM header has the name ${quoted(name)}`);
  const required = (tag: keyof typeof TAG): string => {
    const value = text(tag);
    if (value && !VISIBLE.test(value))
      throw new InvalidRpmHeaderError(`the RPM header of ${quoted(name)} has the ${tag} ${quoted(value)}`);
    if (!value) throw new InvalidRpmHeaderError(`the RPM header of ${quoted(name)} has no ${tag}`);
    return value;
  };
  const hasFiles = fields.has(TAG.basenames) || fields.has(TAG.oldfilenames);
  const isKey = name === 'gpg-pubkey' && !fields.has(TAG.arch) && !hasFiles;
  const license = text('license', limits.license);
  return {
    name,
    epoch: epochOf(data, fields.get(TAG.epoch)),
    version: required('version'),
    release: required('release'),
    arch: isKey ? '' : required('arch'),
    // rpm writes (none) for a key.
    sourcerpm: isKey ? '' : (text('sourcerpm') ?? ''),
    ...(license === undefined ? {} : { license }),
    isKey,
  };
}

function indexOf(header: Buffer): { readonly fields: ReadonlyMap<number, Field>; readonly data: Buffer } {
  if (header.length < 8) throw new InvalidRpmHeaderError('an RPM header is cut off');
  const entries = header.readUInt32BE(0);
  const start = 8 + entries * ENTRY;
  const end = start + header.readUInt32BE(4);
  if (entries > limits.fields) {
    throw new InvalidRpmHeaderError(`an RPM header has ${entries} fields, more than ${limits.fields}`);
  }
  if (end !== header.length) {
    throw new InvalidRpmHeaderError(`an RPM header says ${end} bytes and has ${header.length}`);
  }
  const fields = new Map<number, Field>();
  for (let at = 8; at < start; at += ENTRY) {
    const tag = header.readUInt32BE(at);
    const field = {
      type: header.readUInt32BE(at + 4),
      offset: header.readUInt32BE(at + 8),
      count: header.readUInt32BE(at + 12),
    };
    if (!WANTED.has(tag)) {
      // As rpm checks every field (hdrblobVerifyInfo in lib/header.c): bytes of something else are no header.
      if (field.type > MAX_TYPE || field.offset > end - start || field.count === 0)
        throw new InvalidRpmHeaderError(`an RPM header has a field ${tag} that is none`);
      continue;
    }
    // Which one rpm takes depends on how it sorts them.
    if (fields.has(tag)) throw new InvalidRpmHeaderError(`an RPM header has field ${tag} twice`);
    fields.set(tag, field);
  }
  return { fields, data: header.subarray(start) };
}

function epochOf(data: Buffer, field: Field | undefined): number {
  if (field === undefined) return 0;
  const { type, offset, count } = field;
  if (type !== INT32 || count !== 1 || offset + 4 > data.length) {
    throw new InvalidRpmHeaderError('an RPM header has an epoch that is no number');
  }
  return data.readUInt32BE(offset);
}

function textOf(data: Buffer, field: Field | undefined, tag: string, most: number): string | undefined {
  if (field === undefined) return undefined;
  const { type, offset, count } = field;
  if (type !== STRING || count !== 1 || offset >= data.length) {
    throw new InvalidRpmHeaderError(`an RPM header has a ${tag} that is no text`);
  }
  const end = data.subarray(0, offset + most + 1).indexOf(0, offset);
  if (end === -1) {
    throw new InvalidRpmHeaderError(
      `an RPM header has a ${tag} without an end, or of more than ${most} bytes`,
    );
  }
  return data.toString('utf8', offset, end);
}
