import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import type { Descriptor } from './descriptor.ts';
import { algorithmOf, createDigester, type Digest } from './digest.ts';
import { DigestMismatchError, InvalidManifestError } from './errors.ts';
import type { Compression } from './media-types.ts';
import type { Options, ReadableTarget } from './target.ts';

export interface OpenLayerOptions extends Options {
  /** What the uncompressed bytes must be, from the image's rootfs.diff_ids. */
  readonly diffId?: Digest | undefined;
}

/**
 * The tar of a layer, uncompressed. Whether it is gzip, zstd or neither is told from its first bytes: media types are
 * wrong too often, and every container engine looks at the bytes.
 *
 * @throws {DigestMismatchError} at the end, when the blob or what was in it is not what it should be
 */
export async function* openLayer(
  target: ReadableTarget,
  layer: Descriptor,
  options: OpenLayerOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { diffId, signal } = options;
  const what = `the layer ${target.name}@${layer.digest}`;
  const tar = decompress(target.fetch(layer, { signal }), what);
  if (diffId === undefined) {
    yield* tar;
    return;
  }
  const digester = createDigester(algorithmOf(diffId));
  for await (const chunk of tar) {
    digester.update(chunk);
    yield chunk;
  }
  const actual = digester.digest();
  if (actual !== diffId) {
    throw new DigestMismatchError(`${what} uncompresses to ${actual} instead of the diff_id ${diffId}`, {
      expected: diffId,
      actual,
    });
  }
}

const CHUNK = 256 * 1024;

async function* decompress(
  content: AsyncIterable<Uint8Array>,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = content[Symbol.asyncIterator]();
  try {
    const head = await readHead(source);
    const compression = compressionOf(head);
    const whole = continued(head, source);
    if (compression === 'none') {
      yield* whole;
      return;
    }
    const options = { chunkSize: CHUNK };
    const inflate = compression === 'gzip' ? zlib.createGunzip(options) : zlib.createZstdDecompress(options);
    const input = Readable.from(whole, { objectMode: false });
    input.on('error', (error) => inflate.destroy(error));
    try {
      for await (const chunk of input.pipe(inflate)) yield chunk as Uint8Array;
    } catch (error) {
      throw isZlibError(error)
        ? new InvalidManifestError(`${what} is broken ${compression}`, { cause: error })
        : error;
    } finally {
      input.destroy();
      inflate.destroy();
    }
  } finally {
    await source.return?.();
  }
}

/** RFC 1952 and RFC 8878; zstd:chunked and seekable files may start with a skippable frame. */
export function compressionOf(head: Uint8Array): Compression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  return 'none';
}

async function readHead(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < 4) {
    const { done, value } = await source.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return head;
}

async function* continued(head: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (;;) {
    const { done, value } = await source.next();
    if (done) return;
    yield value;
  }
}

function isZlibError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code.startsWith('Z_') || code.startsWith('ZSTD_') || code.startsWith('ERR_ZLIB');
}
