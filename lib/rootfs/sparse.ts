import type { ByteReader } from './byte-reader.ts';
import { InvalidLayerError } from './errors.ts';
import { HEADER_MAX } from './limits.ts';
import { decimal, type PaxRecords, paxNumber } from './pax.ts';
import { BLOCK, number } from './tar-header.ts';

/** Where in the whole file the next bytes of the archive belong. */
export interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** A file whose holes the archive leaves out. */
export interface Sparse {
  readonly size: number;
  readonly pieces: readonly Piece[];
  /** Bytes of the archive that hold the pieces, where the map does not stand among them. */
  readonly stored: number;
  readonly name?: Buffer;
}

/**
 * GNU's old form (flag `S`): four pieces in the header, more in blocks of 21 behind it.
 *
 * @throws {InvalidLayerError}
 */
export async function oldSparse(reader: ByteReader, block: Buffer, stored: number): Promise<Sparse> {
  const size = number(block, 483, 12);
  const pieces = piecesOf(block, 386, 4);
  let isExtended = (block[482] ?? 0) > 0;
  for (let read = BLOCK; isExtended; read += BLOCK) {
    const extension = await reader.take(BLOCK);
    if (extension.length < BLOCK || read > HEADER_MAX) throw invalid();
    pieces.push(...piecesOf(extension, 0, 21));
    isExtended = (extension[504] ?? 0) > 0;
  }
  return checked({ size, pieces, stored });
}

function piecesOf(block: Buffer, start: number, most: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = start; at < start + most * 24 && block[at] !== 0; at += 24)
    pieces.push({ offset: number(block, at, 12), length: number(block, at + 12, 12) });
  return pieces;
}

export type SparseVersion = 'none' | 'records' | 'data' | 'unknown';

/** Which of GNU's pax forms it is: the map in records (0.0, 0.1) or in front of the data (1.0). */
export function sparseVersion(records: PaxRecords): SparseVersion {
  const part = (key: string) => records.get(key)?.toString('latin1') ?? '';
  const major = part('GNU.sparse.major');
  const minor = part('GNU.sparse.minor');
  if (major === '0' && (minor === '0' || minor === '1')) return 'records';
  if (major === '1' && minor === '0') return 'data';
  if (major !== '' || minor !== '') return 'unknown';
  return part('GNU.sparse.map') === '' ? 'none' : 'records';
}

/** @throws {InvalidLayerError} */
export async function paxSparse(
  version: 'records' | 'data',
  records: PaxRecords,
  reader: ByteReader,
  { size, stored }: { size: number; stored: number },
): Promise<Sparse> {
  const name = records.get('GNU.sparse.name');
  const real = paxNumber(records, 'GNU.sparse.size') ?? paxNumber(records, 'GNU.sparse.realsize') ?? size;
  const named = name === undefined || name.length === 0 ? {} : { name };
  if (version === 'data') {
    const { pieces, read } = await mapInData(reader, stored);
    return checked({ size: real, pieces, stored: stored - read, ...named });
  }
  const text = records.get('GNU.sparse.map')?.toString('latin1') ?? '';
  const numbers = text === '' ? [] : text.split(',').map(decimal);
  const count = decimal(records.get('GNU.sparse.numblocks')?.toString('latin1') ?? '');
  if (numbers.length !== 2 * count) throw invalid();
  return checked({ size: real, pieces: paired(numbers), stored, ...named });
}

/** Lines of decimal numbers, padded to a block: how many pieces, then offset and length of each. */
async function mapInData(reader: ByteReader, stored: number): Promise<{ pieces: Piece[]; read: number }> {
  const numbers: number[] = [];
  let count: number | undefined;
  let read = 0;
  let rest = '';
  while (count === undefined || numbers.length < 2 * count) {
    const block = await reader.take(Math.min(BLOCK, stored - read));
    read += block.length;
    if (block.length < BLOCK || read > HEADER_MAX) throw invalid();
    const lines = (rest + block.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (count === undefined) count = decimal(line);
      else if (numbers.length < 2 * count) numbers.push(decimal(line));
      if (count < 0) throw invalid();
    }
  }
  return { pieces: paired(numbers), read };
}

function paired(numbers: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  for (let index = 0; index < numbers.length; index += 2)
    pieces.push({ offset: numbers[index] ?? 0, length: numbers[index + 1] ?? 0 });
  return pieces;
}

/** Checks that the pieces are in order, lie within the file, and have just as many bytes as the archive. */
function checked(sparse: Sparse): Sparse {
  let end = 0;
  let bytes = 0;
  for (const { offset, length } of sparse.pieces) {
    if (offset < end || length < 0 || offset + length > sparse.size) throw invalid();
    end = offset + length;
    bytes += length;
  }
  if (sparse.size < 0 || bytes !== sparse.stored) throw invalid();
  return sparse;
}

function invalid(): InvalidLayerError {
  return new InvalidLayerError('no tar archive: the map of a sparse file is wrong');
}

const zeros = new Uint8Array(64 * 1024);

/** The whole file, its holes as zeros. */
export async function* expand(
  { size, pieces }: Sparse,
  data: (size: number) => AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0;
  for (const { offset, length } of pieces) {
    yield* hole(offset - at);
    yield* data(length);
    at = offset + length;
  }
  yield* hole(size - at);
}

function* hole(size: number): Generator<Uint8Array, void, undefined> {
  for (let left = size; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
}
