import { type FileHandle, open } from 'node:fs/promises';
import { quoted } from '#lib/text';
import { headerFields, InvalidRpmHeaderError, numberOf, textOf, VISIBLE } from '../header/header-fields.ts';
import { limits } from '../limits.ts';
import type { Nevra } from '../nevra.ts';

/** What the header of a package file says of it. */
export interface PackageFile extends Nevra {
  /** That the header has an epoch, which may be 0. */
  readonly hasEpoch: boolean;
  /** A source package says the architecture that it was packed on. */
  readonly isSource: boolean;
  readonly summary: string | undefined;
  readonly vendor: string | undefined;
  /** As `perl:5.26:8030020:…`, of packages of a module. */
  readonly modularityLabel: string | undefined;
  /** Seconds since 1970. */
  readonly buildTime: number | undefined;
}

// include/rpm/rpmtag.h of rpm.
const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  summary: 1004,
  buildtime: 1006,
  vendor: 1011,
  arch: 1022,
  sourcepackage: 1106,
  modularitylabel: 5096,
} as const;
const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));
/** docs/manual/format_lead.md of rpm: 96 bytes, of which only the first four still count. */
const LEAD = 96;
const LEAD_MAGIC = 0xed_ab_ee_db;
/** docs/manual/format_header.md of rpm: three bytes, and the version. */
const HEADER_MAGIC = 0x8e_ad_e8_01;
const PREAMBLE = 16;
const ENTRY = 16;
/** The signature is filled up to a multiple of this (docs/manual/format_v4.md of rpm). */
const ALIGNMENT = 8;

/**
 * Reads the header of an RPM package file, signed or not; neither signature nor payload is looked at.
 *
 * @throws {InvalidRpmHeaderError}
 */
export async function readPackageFile(path: string): Promise<PackageFile> {
  const file = await open(path, 'r');
  try {
    const lead = await read(file, 0, LEAD + PREAMBLE);
    if (lead.readUInt32BE(0) !== LEAD_MAGIC) throw new InvalidRpmHeaderError('the file is no RPM package');
    const signature = lengthOf(lead.subarray(LEAD));
    const start = LEAD + PREAMBLE + Math.ceil(signature / ALIGNMENT) * ALIGNMENT;
    const length = lengthOf(await read(file, start, PREAMBLE));
    // Without magic and reserved bytes it is what a database holds.
    return fromHeader(await read(file, start + PREAMBLE / 2, PREAMBLE / 2 + length));
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length)
    throw new InvalidRpmHeaderError('the file is no RPM package: it ends in its header');
  return buffer;
}

/** Bytes of index and data behind a preamble. */
function lengthOf(preamble: Buffer): number {
  if (preamble.readUInt32BE(0) !== HEADER_MAGIC)
    throw new InvalidRpmHeaderError('the file is no RPM package: it has no header');
  const length = preamble.readUInt32BE(8) * ENTRY + preamble.readUInt32BE(12);
  if (length > limits.header)
    throw new InvalidRpmHeaderError(`an RPM header has ${length} bytes, more than ${limits.header}`);
  return length;
}

function fromHeader(bytes: Buffer): PackageFile {
  const header = headerFields(bytes, WANTED);
  const text = (tag: keyof typeof TAG, most: number = limits.name) => textOf(header, TAG[tag], tag, most);
  const required = (tag: keyof typeof TAG): string => {
    const value = text(tag);
    if (!value) throw new InvalidRpmHeaderError(`an RPM header has no ${tag}`);
    if (!VISIBLE.test(value))
      throw new InvalidRpmHeaderError(`an RPM header has the ${tag} ${quoted(value)}`);
    return value;
  };
  const epoch = numberOf(header, TAG.epoch, 'an epoch');
  return {
    name: required('name'),
    version: required('version'),
    release: required('release'),
    epoch: epoch ?? 0,
    hasEpoch: epoch !== undefined,
    arch: required('arch'),
    isSource: header.fields.has(TAG.sourcepackage),
    summary: text('summary', limits.license),
    vendor: text('vendor'),
    modularityLabel: text('modularitylabel'),
    buildTime: numberOf(header, TAG.buildtime, 'a build time'),
  };
}
