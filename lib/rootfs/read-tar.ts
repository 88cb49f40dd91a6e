import { type ByteReader, createByteReader } from './byte-reader.ts';
import { InvalidLayerError } from './errors.ts';
import { HEADER_MAX } from './limits.ts';
import { type PaxRecords, parsePax, paxNumber, paxTime } from './pax.ts';
import { expand, oldSparse, paxSparse, type Sparse, sparseVersion } from './sparse.ts';
import { BLOCK, parseHeader, type TarHeader } from './tar-header.ts';

/** One entry of a tar archive; names are bytes, which need not be UTF-8. */
export interface TarEntry {
  readonly path: Buffer;
  readonly link: Buffer;
  /**
   * Type flag of ustar: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` directory, `6` FIFO; `g` is
   * a global header, which names something although it is nothing.
   */
  readonly flag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of the whole file, holes included. */
  readonly size: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
  /** Number of the device, 0 for all that is none. */
  readonly major: number;
  readonly minor: number;
  /** Records of the extended header. */
  readonly records: PaxRecords;
  /** May be read once, before the next entry is asked for; what is not read is passed over. */
  readonly content: () => AsyncGenerator<Uint8Array, void, undefined>;
}

interface Extended {
  readonly records: PaxRecords;
  readonly path?: Buffer;
  readonly link?: Buffer;
}

const none: Extended = { records: new Map() };
/** Types of entries without content, whatever size the header says (archive/tar, `isHeaderOnlyType`). */
const headerOnly: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);

/**
 * Reads a tar archive as it comes, just as Go's archive/tar reads it, which is what unpacks layers everywhere: ustar,
 * pax, GNU's long names, sparse files in all their forms, star, version 7. The stream is read to its end, past the
 * archive's own; `tell` is called with what stands there, and with what other readers would read otherwise. `onEntry`
 * gives a promise only where it reads content: a million promises for a million files would take longer than the files.
 *
 * @throws {InvalidLayerError}
 */
export async function readTar(
  chunks: AsyncIterable<Uint8Array>,
  onEntry: (entry: TarEntry) => Promise<void> | void,
  tell: (why: string) => void = () => {},
): Promise<void> {
  const reader = createByteReader(chunks);
  const body = createBody(reader);
  let extended = none;
  for (;;) {
    const block = reader.takeAtHand(BLOCK) ?? (await reader.take(BLOCK));
    if (block.length === 0) return;
    if (block.length < BLOCK) throw new InvalidLayerError('a layer ends inside a header');
    if (isZero(block)) break;
    const header = parseHeader(block);
    const { flag } = header;
    if (flag === 'x' || flag === 'L' || flag === 'K') {
      extended = extend(extended, flag, await special(reader, header));
      continue;
    }
    if (flag === 'g') {
      await onEntry(globalEntry(header, parsePax(await special(reader, header)), tell));
      extended = none;
      continue;
    }
    const entry = entryOf(header, extended, body);
    const sparse = isSparse(entry) ? await sparseOf(header, entry, { reader, block, tell }) : undefined;
    const reading = onEntry(sparse ? sparseEntry(entry, sparse, body) : entry);
    if (reading) await reading;
    if (!body.finishAtHand()) await body.finish();
    extended = none;
  }
  await readEnd(reader, tell);
}

/** Reads the second block of zeros, then whatever follows: nobody unpacks that, so that nothing may stand there. */
async function readEnd(reader: ByteReader, tell: (why: string) => void): Promise<void> {
  const second = await reader.take(BLOCK);
  if (second.length > 0 && second.length < BLOCK) throw new InvalidLayerError('a layer ends inside a header');
  if (!isZero(second)) throw new InvalidLayerError('no tar archive: content after a single block of zeros');
  let isTold = false;
  for (;;) {
    const rest = await reader.next(Number.MAX_SAFE_INTEGER);
    if (!rest) return;
    if (isTold || isZero(rest)) continue;
    isTold = true;
    tell('there is content after the end of the archive');
  }
}

async function special(reader: ByteReader, { size }: TarHeader): Promise<Buffer> {
  if (size < 0 || size > HEADER_MAX)
    throw new InvalidLayerError(`an extended header has ${size} bytes, more than the limit of ${HEADER_MAX}`);
  const data = Buffer.from(await reader.take(size));
  if (data.length < size) throw new InvalidLayerError('a layer ends inside an extended header');
  await reader.skip(padding(size));
  return data;
}

/** A pax header takes the place of an earlier one; GNU's long names stand beside it. */
function extend(extended: Extended, flag: string, data: Buffer): Extended {
  if (flag === 'x') return { ...extended, records: parsePax(data) };
  const end = data.indexOf(0);
  const text = end === -1 ? data : data.subarray(0, end);
  if (text.length === 0) return extended;
  return flag === 'L' ? { ...extended, path: text } : { ...extended, link: text };
}

function globalEntry(header: TarHeader, records: PaxRecords, tell: (why: string) => void): TarEntry {
  const told = [...records.keys()].filter(
    (key) => key === 'path' || key === 'linkpath' || key === 'size' || key.startsWith('GNU.sparse.'),
  );
  if (told.length > 0)
    tell(`a global header says ${told.join(', ')}, which some readers apply to what follows`);
  return { ...merged(header, { records }), flag: 'g', size: 0, records, content: nothing };
}

function merged(header: TarHeader, { records, path, link }: Extended): TarHeader {
  if (records.size === 0 && path === undefined && link === undefined) return header;
  const said = (key: string) => {
    const value = records.get(key);
    return value === undefined || value.length === 0 ? undefined : value;
  };
  return {
    ...header,
    path: path ?? said('path') ?? header.path,
    link: link ?? said('linkpath') ?? header.link,
    uid: (paxNumber(records, 'uid') ?? header.uid) >>> 0,
    gid: (paxNumber(records, 'gid') ?? header.gid) >>> 0,
    size: paxNumber(records, 'size') ?? header.size,
    mtime: paxTime(records) ?? header.mtime,
  };
}

function entryOf(header: TarHeader, extended: Extended, body: Body): TarEntry {
  if (header.size < 0) throw negative();
  const full = merged(header, extended);
  // An archive of version 7 has no flag for directories.
  const flag = full.flag !== '\0' ? full.flag : full.path.at(-1) === 0x2f ? '5' : '0';
  const stored = headerOnly.has(flag) ? 0 : full.size;
  if (stored < 0) throw negative();
  body.begin(stored);
  const { path, link, mode, uid, gid, mtime, major, minor } = full;
  const { records } = extended;
  const content = () => body.read(stored);
  return { path, link, flag, mode, uid, gid, size: stored, mtime, major, minor, records, content };
}

function isSparse({ flag, records }: TarEntry): boolean {
  return flag === 'S' || (records.size > 0 && sparseVersion(records) !== 'none');
}

interface Source {
  readonly reader: ByteReader;
  readonly block: Buffer;
  readonly tell: (why: string) => void;
}

async function sparseOf(
  { format }: TarHeader,
  { flag, records, size }: TarEntry,
  { reader, block, tell }: Source,
): Promise<Sparse | undefined> {
  if (flag === 'S') {
    if (format !== 'gnu') throw new InvalidLayerError('no tar archive: a sparse file of an unknown form');
    return oldSparse(reader, Buffer.from(block), size);
  }
  const version = sparseVersion(records);
  if (version === 'unknown') tell('a sparse file of an unknown version stands under the name of its pieces');
  if (version === 'none' || version === 'unknown') return undefined;
  if (headerOnly.has(flag)) throw new InvalidLayerError('no tar archive: a sparse file that is none');
  return paxSparse(version, records, reader, { size, stored: size });
}

function sparseEntry(entry: TarEntry, sparse: Sparse, body: Body): TarEntry {
  body.left = sparse.stored;
  return {
    ...entry,
    path: sparse.name ?? entry.path,
    size: sparse.size,
    content: () => expand(sparse, (size) => body.read(size)),
  };
}

/** The content of the entry that is being read, of which some may be left when the next is asked for. */
interface Body {
  left: number;
  begin(stored: number): void;
  read(size: number): AsyncGenerator<Uint8Array, void, undefined>;
  /** Passes over what is left and the padding, where that is at hand already. */
  finishAtHand(): boolean;
  finish(): Promise<void>;
}

function createBody(reader: ByteReader): Body {
  let pad = 0;
  const body: Body = {
    left: 0,
    begin(stored) {
      body.left = stored;
      pad = padding(stored);
    },
    async *read(size) {
      for (let wanted = size; wanted > 0; ) {
        const bytes = await reader.next(wanted);
        if (!bytes) throw early(body.left);
        wanted -= bytes.length;
        body.left -= bytes.length;
        yield bytes;
      }
    },
    finishAtHand: () => reader.skipAtHand(body.left + pad),
    async finish() {
      const missing = await reader.skip(body.left);
      if (missing > 0) throw early(missing);
      // Go lets the last padding be missing.
      await reader.skip(pad);
    },
  };
  return body;
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

function early(bytes: number): InvalidLayerError {
  return new InvalidLayerError(`a layer ends ${bytes} bytes too early`);
}

function negative(): InvalidLayerError {
  return new InvalidLayerError('no tar archive: a size is negative');
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
