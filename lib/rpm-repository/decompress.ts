import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { filter, ToolMissingError } from '#lib/process';
import { printable } from '#lib/text';
import { InvalidRepositoryError } from './errors.ts';

/** Bytes of a list; that of all of Fedora has some 200 million. */
const MAX_LIST = 2 ** 31;

/**
 * The text of a file of metadata, decompressed by the ending of its name, piece by piece.
 *
 * @throws {InvalidRepositoryError} for another compression, such as bzip2, and bytes that are none
 * @throws {ToolMissingError} for xz, where there is no program of this name
 */
export async function* textOf(bytes: Buffer, href: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let size = 0;
  try {
    for await (const chunk of decompressed(bytes, href)) {
      size += chunk.length;
      if (size > MAX_LIST) throw new InvalidRepositoryError(`${href} has more than ${MAX_LIST} bytes`);
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (cause) {
    if (cause instanceof InvalidRepositoryError || cause instanceof ToolMissingError) throw cause;
    throw new InvalidRepositoryError(`${href} cannot be decompressed`, { cause });
  }
}

function decompressed(bytes: Buffer, href: string): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (href.endsWith('.gz')) return through(createGunzip(), bytes);
  if (href.endsWith('.zst')) return through(createZstdDecompress(), bytes);
  // Node knows none of it. What createrepo_c writes needs 9 MiB.
  if (href.endsWith('.xz'))
    return filter('xz', ['--decompress', '--stdout', '--memlimit-decompress=256MiB'], bytes);
  if (href.endsWith('.xml')) return [bytes];
  throw new InvalidRepositoryError(`${printable(href)} is compressed in a way that is not supported`, {
    hint: 'gzip, zstd, xz and none are: createrepo_c --general-compress-type=zstd',
  });
}

function through(transform: Transform, bytes: Buffer): AsyncIterable<Buffer> {
  transform.end(bytes);
  return transform as AsyncIterable<Buffer>;
}
