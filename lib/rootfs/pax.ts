import { InvalidLayerError } from './errors.ts';
import { safe } from './tar-header.ts';

/** Records of an extended header, by key; where a key comes twice, the last one counts. */
export type PaxRecords = ReadonlyMap<string, Buffer>;

/**
 * Records `<length> <key>=<value>\n`, the length in decimal and of the whole record (POSIX.1-2017, pax "Extended
 * Header"), as strict as Go's `parsePAXRecord`. GNU's sparse map of version 0.0, which repeats its keys, becomes that
 * of 0.1.
 *
 * @throws {InvalidLayerError}
 */
export function parsePax(data: Buffer): PaxRecords {
  const records = new Map<string, Buffer>();
  const sparse: string[] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const digits = space === -1 ? '' : data.toString('latin1', at, space);
    const length = /^[+]?\d{1,15}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    if (length < 5 || end > data.length || end <= space + 1 || data[end - 1] !== 0x0a) throw unreadable();
    const record = data.subarray(space + 1, end - 1);
    const equals = record.indexOf(0x3d);
    if (equals <= 0) throw unreadable();
    const key = record.toString('latin1', 0, equals);
    const value = record.subarray(equals + 1);
    if (strings.has(key) ? value.includes(0) : key.includes('\0')) throw unreadable();
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') {
      const isOffset = sparse.length % 2 === 0;
      if (isOffset !== (key === 'GNU.sparse.offset') || value.includes(0x2c)) throw unreadable();
      sparse.push(value.toString('latin1'));
    } else {
      records.set(key, Buffer.from(value));
    }
    at = end;
  }
  if (sparse.length > 0) records.set('GNU.sparse.map', Buffer.from(sparse.join(','), 'latin1'));
  for (const key of ['atime', 'mtime', 'ctime']) checkTime(records.get(key));
  return records;
}

const strings: ReadonlySet<string> = new Set(['path', 'linkpath', 'uname', 'gname']);

/** A decimal number of a record; undefined where the record is not there, or empty and so says nothing. */
export function paxNumber(records: PaxRecords, key: string): number | undefined {
  const text = records.get(key)?.toString('latin1') ?? '';
  return text === '' ? undefined : decimal(text);
}

/** Whole seconds of the time that a record says, the earlier ones where it lies between two. */
export function paxTime(records: PaxRecords): number | undefined {
  const text = records.get('mtime')?.toString('latin1') ?? '';
  return text === '' ? undefined : Math.floor(Number(text));
}

/** @throws {InvalidLayerError} */
export function decimal(text: string): number {
  if (!/^[+-]?\d{1,30}$/.test(text)) throw unreadable();
  return safe(BigInt(text.replace('+', '')));
}

function checkTime(value: Buffer | undefined): void {
  const text = value?.toString('latin1') ?? '';
  if (text !== '' && !/^[+-]?\d{1,30}(?:\.\d*)?$/.test(text)) throw unreadable();
}

function unreadable(): InvalidLayerError {
  return new InvalidLayerError('no tar archive: a pax header cannot be read');
}
