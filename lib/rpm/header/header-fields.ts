import { ExpectedError } from '#lib/errors';
import { limits } from '../limits.ts';

export class InvalidRpmHeaderError extends ExpectedError {
  override readonly name = 'InvalidRpmHeaderError';
  override readonly kind = 'invalid';
}

/** Form of a name, a version, a release, an architecture; rpm builds no others. */
export const VISIBLE = /^[\x21-\x7e]+$/;

const INT32 = 4;
const STRING = 6;
const I18NSTRING = 9;
const MAX_TYPE = 9;
const ENTRY = 16;

interface Field {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** Fields that somebody asked for, by tag, and the data that they point into. */
export interface HeaderFields {
  readonly fields: ReadonlyMap<number, Field>;
  readonly data: Buffer;
}

/**
 * Reads the index of a header: number of entries and length of the data (32 bits, big-endian), the index (tag, type,
 * offset, count), the data. All is checked for its form, and only what is wanted is kept.
 *
 * @throws {InvalidRpmHeaderError}
 */
export function headerFields(header: Buffer, wanted: ReadonlySet<number>): HeaderFields {
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
    if (!wanted.has(tag)) {
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

/** A number of 32 bits; undefined where the header has none. `what` is its name in errors. */
export function numberOf({ fields, data }: HeaderFields, tag: number, what: string): number | undefined {
  const field = fields.get(tag);
  if (field === undefined) return undefined;
  const { type, offset, count } = field;
  if (type !== INT32 || count !== 1 || offset + 4 > data.length) {
    throw new InvalidRpmHeaderError(`an RPM header has ${what} that is no number`);
  }
  return data.readUInt32BE(offset);
}

/** Tags that may have a text for each language: RPMTAG_SUMMARY. */
const TRANSLATED: ReadonlySet<number> = new Set([1004]);

/** A text of up to `most` bytes; undefined where the header has none. `what` is its name in errors. */
export function textOf(
  { fields, data }: HeaderFields,
  tag: number,
  what: string,
  most: number,
): string | undefined {
  const field = fields.get(tag);
  if (field === undefined) return undefined;
  const { type, offset, count } = field;
  // A text in several languages begins with the one of the C locale.
  const isText = (type === STRING && count === 1) || (type === I18NSTRING && TRANSLATED.has(tag));
  if (!isText || offset >= data.length) {
    throw new InvalidRpmHeaderError(`an RPM header has a ${what} that is no text`);
  }
  const end = data.subarray(0, offset + most + 1).indexOf(0, offset);
  if (end === -1) {
    throw new InvalidRpmHeaderError(
      `an RPM header has a ${what} without an end, or of more than ${most} bytes`,
    );
  }
  return data.toString('utf8', offset, end);
}
