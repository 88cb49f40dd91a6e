import { quoted } from '#lib/text';
import { headerFields, InvalidRpmHeaderError, numberOf, textOf, VISIBLE } from '../header/header-fields.ts';
import { limits } from '../limits.ts';
import type { Nevra } from '../nevra.ts';

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

/**
 * Reads the identity of a package from a header as the database holds it: number of index entries and length of
 * the data (32 bits, big-endian), the index (tag, type, offset, count), the data. No other values are read.
 *
 * @throws {InvalidRpmHeaderError}
 */
export function readRpmHeader(blob: Uint8Array): RpmHeader {
  const header = headerFields(Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength), WANTED);
  const text = (tag: keyof typeof TAG, most: number = limits.name) => textOf(header, TAG[tag], tag, most);
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
  const hasFiles = header.fields.has(TAG.basenames) || header.fields.has(TAG.oldfilenames);
  const isKey = name === 'gpg-pubkey' && !header.fields.has(TAG.arch) && !hasFiles;
  const license = text('license', limits.license);
  return {
    name,
    epoch: numberOf(header, TAG.epoch, 'an epoch') ?? 0,
    version: required('version'),
    release: required('release'),
    arch: isKey ? '' : required('arch'),
    // rpm writes (none) for a key.
    sourcerpm: isKey ? '' : (text('sourcerpm') ?? ''),
    ...(license === undefined ? {} : { license }),
    isKey,
  };
}
