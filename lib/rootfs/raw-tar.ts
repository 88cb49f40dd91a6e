import type { ByteReader } from './byte-reader.ts';
import { InvalidLayerError } from './errors.ts';
import { HEADER_MAX } from './limits.ts';
import { type PaxRecords, paxNumber } from './pax.ts';
import { BLOCK, type TarHeader } from './tar-header.ts';

const headerOnly: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);

/** The bytes that stand behind a header, without what pads them to a block. */
export function storedSize(header: TarHeader, extended: PaxRecords): number {
  return headerOnly.has(header.flag) ? 0 : (paxNumber(extended, 'size') ?? header.size);
}

/** What an extended header says, as it stands. */
export async function recordsOf(reader: ByteReader, { size }: TarHeader): Promise<Buffer> {
  if (size < 0 || size > HEADER_MAX)
    throw new InvalidLayerError(`an extended header has ${size} bytes, more than the limit of ${HEADER_MAX}`);
  const data = Buffer.from(await reader.take(size));
  const missing = await reader.skip(padding(size));
  if (data.length < size || missing > 0)
    throw new InvalidLayerError('a layer ends inside an extended header');
  return data;
}

/** Hands on `size` bytes as they come; with `early`, an end before that is an error of this text. */
export async function* pass(reader: ByteReader, size: number, early?: string): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const bytes = await reader.next(left);
    if (bytes === undefined) {
      if (early === undefined) return;
      throw new InvalidLayerError(early);
    }
    left -= bytes.length;
    yield bytes;
  }
}

export function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(padding(bytes.length))]);
}

export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
