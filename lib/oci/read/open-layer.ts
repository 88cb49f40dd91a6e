import { Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { zstdFrames } from '../compress/zstd-frames.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { algorithmOf, createDigester, type Digest } from '../model/digest.ts';
import { InvalidManifestError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { Compression } from '../model/media-types.ts';
import { DigestMismatchError } from '../model/mismatch.ts';
import { createSlicer, type Slicer } from '../model/slicer.ts';
import type { Options, ReadableTarget } from '../model/target.ts';
import { through } from './through.ts';

export interface OpenLayerOptions extends Options {
  /** What the uncompressed bytes must be, from the image's rootfs.diff_ids. */
  readonly diffId?: Digest | undefined;
  /** Takes the bytes of the blob as they come, before they are uncompressed. */
  readonly blob?: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * The uncompressed tar of a layer. Its first bytes tell whether it is gzip, zstd or neither: media types are wrong too
 * often, and every container engine looks at the bytes.
 *
 * @throws {DigestMismatchError} at the end, when the blob or what was in it is not what it should be
 */
export async function* openLayer(
  target: ReadableTarget,
  layer: Descriptor,
  options: OpenLayerOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { diffId, blob, signal } = options;
  const what = `the layer ${target.name}@${layer.digest}`;
  const content = target.fetch(layer, { signal });
  const tar = atMost(decompress(blob ? seen(content, blob) : content, what), limits.layer, what);
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
const OPTIONS = { chunkSize: CHUNK };
const ZSTD = { ...OPTIONS, params: { [zlib.constants.ZSTD_d_windowLogMax]: limits.zstdWindow } };

async function* atMost(
  tar: AsyncIterable<Uint8Array>,
  most: number,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of tar) {
    size += chunk.length;
    if (size > most) throw new InvalidManifestError(`${what} uncompresses to more than ${most} bytes`);
    yield chunk;
  }
}

async function* decompress(
  content: AsyncIterable<Uint8Array>,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = createSlicer(content);
  try {
    const head = await source.read(4);
    source.unread(head);
    const compression = compressionOf(head);
    if (compression === 'none') yield* rest(source);
    else if (compression === 'gzip')
      yield* inflate(rest(source), zlib.createGunzip(OPTIONS), `${what} is broken gzip`);
    else {
      const frames = zstdFrames(source, what);
      yield* inflate(frames, zlib.createZstdDecompress(ZSTD), `${what} is broken zstd`);
    }
  } finally {
    await source.close();
  }
}

async function* inflate(
  content: AsyncIterable<Uint8Array>,
  decompressor: Transform & { readonly bytesWritten: number },
  problem: string,
): AsyncGenerator<Uint8Array> {
  let fed = 0;
  const input = Readable.from(
    counted(content, (size) => (fed += size)),
    {
      objectMode: false,
      highWaterMark: CHUNK,
    },
  );
  try {
    yield* through(input, decompressor);
    // zlib takes zeros for the end, and says nothing of what follows them; container engines refuse them.
    for await (const _ of input);
    if (fed > decompressor.bytesWritten)
      throw new InvalidManifestError(`${problem}: something follows its end`);
  } catch (error) {
    throw isZlibError(error) ? new InvalidManifestError(problem, { cause: error }) : error;
  } finally {
    input.destroy();
  }
}

async function* seen(
  content: AsyncIterable<Uint8Array>,
  look: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    look(chunk);
    yield chunk;
  }
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  count: (size: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    count(chunk.length);
    yield chunk;
  }
}

async function* rest(source: Slicer): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = await source.readSome(Number.POSITIVE_INFINITY);
    if (chunk.length === 0) return;
    yield chunk;
  }
}

/**
 * Tells the compression by its magic number (RFC 1952 and RFC 8878); zstd:chunked and seekable files may start with a
 * skippable frame.
 */
export function compressionOf(head: Uint8Array): Compression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  return 'none';
}

function isZlibError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code.startsWith('Z_') || code.startsWith('ZSTD_') || code.startsWith('ERR_ZLIB');
}
