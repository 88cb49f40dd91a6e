import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { collect } from '../model/content.ts';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { InvalidManifestError } from '../model/errors.ts';
import { mediaTypeOf } from '../model/media-types.ts';
import { DigestMismatchError } from '../model/mismatch.ts';
import { createMemoryTarget } from '../stores/memory.ts';
import { openLayer } from './open-layer.ts';

const TAR = Buffer.from('a tar, as far as anybody can tell '.repeat(100_000));
const SKIPPABLE = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);
const diffId = digestOf(TAR);

test.for([
  ['none', TAR],
  ['gzip', zlib.gzipSync(TAR)],
  ['zstd', zlib.zstdCompressSync(TAR)],
  // pigz and stargz write several members, zstd:chunked several frames with a skippable one in between.
  ['gzip in two members', Buffer.concat([zlib.gzipSync(TAR.subarray(0, 9)), zlib.gzipSync(TAR.subarray(9))])],
  [
    'zstd in two frames',
    Buffer.concat([
      zlib.zstdCompressSync(TAR.subarray(0, 9)),
      SKIPPABLE,
      zlib.zstdCompressSync(TAR.subarray(9)),
    ]),
  ],
  ['zstd with a skippable frame in front', Buffer.concat([SKIPPABLE, zlib.zstdCompressSync(TAR), SKIPPABLE])],
  [
    'zstd with a checksum',
    zlib.zstdCompressSync(TAR, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } }),
  ],
] as const)('uncompresses %s, whatever the media type says', async ([, bytes]) => {
  const { target, layer } = await layerOf(bytes);

  expect(digestOf(await collect(openLayer(target, layer, { diffId })))).toBe(diffId);
});

test.for([
  ['empty', Buffer.alloc(0)],
  ['a single byte', Buffer.from('x')],
] as const)('passes on what is %s', async ([, bytes]) => {
  const { target, layer } = await layerOf(bytes);

  expect(await collect(openLayer(target, layer))).toEqual(bytes);
});

test('refuses a layer that is not what its diff_id says', async () => {
  const { target, layer } = await layerOf(zlib.gzipSync('other'));

  await expect(collect(openLayer(target, layer, { diffId }))).rejects.toThrow(DigestMismatchError);
  await expect(collect(openLayer(target, layer, { diffId }))).rejects.toThrow('instead of the diff_id');
});

test.for([
  ['gzip', zlib.gzipSync(TAR)],
  ['zstd', zlib.zstdCompressSync(TAR)],
] as const)('says that %s is broken, or cut off', async ([name, bytes]) => {
  const cut = await layerOf(bytes.subarray(0, bytes.length - 20));
  const broken = await layerOf(Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(1000, 0xff)]));

  await expect(collect(openLayer(cut.target, cut.layer))).rejects.toThrow(`is broken ${name}`);
  await expect(collect(openLayer(broken.target, broken.layer))).rejects.toThrow(InvalidManifestError);
});

const GZIP = zlib.gzipSync(TAR);
const ZEROS = Buffer.alloc(10);
test.for([
  ['zeros after gzip', [GZIP, ZEROS]],
  ['zeros after gzip, in the same piece', [Buffer.concat([GZIP, ZEROS])]],
  ['megabytes of zeros after gzip', [GZIP, ...Array.from({ length: 20 }, () => Buffer.alloc(1_000_000))]],
  ['text after gzip', [GZIP, Buffer.from('text')]],
  ['a member after zeros after gzip', [Buffer.concat([GZIP, ZEROS, GZIP])]],
  ['half a member after gzip', [GZIP, GZIP.subarray(0, 30)]],
  ['the beginning of a member after gzip', [GZIP, GZIP.subarray(0, 1)]],
  ['zeros after zstd', [zlib.zstdCompressSync(TAR), ZEROS]],
  ['half of the mark of a frame after zstd', [zlib.zstdCompressSync(TAR), Buffer.from([0x28, 0xb5])]],
  ['half a frame after zstd', [zlib.zstdCompressSync(TAR), zlib.zstdCompressSync(TAR).subarray(0, 20)]],
  ['half a skippable frame after zstd', [zlib.zstdCompressSync(TAR), SKIPPABLE.subarray(0, 9)]],
  ['a skippable frame without its size after zstd', [zlib.zstdCompressSync(TAR), SKIPPABLE.subarray(0, 6)]],
] as const)('refuses %s, as container engines do', async ([, pieces]) => {
  const { target, layer } = await layerOf(Buffer.concat(pieces));
  const slow = {
    ...target,
    async *fetch() {
      for (const piece of pieces) {
        yield piece;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };

  await expect(collect(openLayer(slow, layer))).rejects.toThrow(/is broken (?:gzip|zstd)/);
  await expect(collect(openLayer(target, layer, { diffId }))).rejects.toThrow(InvalidManifestError);
});

test('refuses zstd that asks for more memory than anybody needs', async () => {
  const params = { [zlib.constants.ZSTD_c_windowLog]: 27, [zlib.constants.ZSTD_c_contentSizeFlag]: 0 };
  const compressor = zlib.createZstdCompress({ params });
  compressor.end(TAR);
  const { target, layer } = await layerOf(Buffer.from(await collect(compressor)));

  await expect(collect(openLayer(target, layer))).rejects.toThrow('is broken zstd');
});

test('uncompresses zstd that comes in any pieces, of data that does not compress', async () => {
  const tar = randomBytes(700_000);
  const frames = [tar.subarray(0, 300_000), Buffer.alloc(100_000), tar.subarray(300_000)];
  const { target, layer } = await layerOf(Buffer.concat(frames.map((frame) => zlib.zstdCompressSync(frame))));
  const inPieces = {
    ...target,
    async *fetch(descriptor: Descriptor) {
      const bytes = await collect(target.fetch(descriptor));
      for (let at = 0; at < bytes.length; at += 1001) yield bytes.subarray(at, at + 1001);
    },
  };

  await collect(openLayer(inPieces, layer, { diffId: digestOf(Buffer.concat(frames)) }));
});

test('says that the blob is wrong before anything else about it', async () => {
  const { target, layer } = await layerOf(zlib.gzipSync(TAR));
  const lying = { ...target, fetch: () => readAll(zlib.gzipSync('other')) };
  const verifying = {
    ...lying,
    async *fetch() {
      yield* lying.fetch();
      throw new DigestMismatchError('wrong blob', { expected: layer.digest });
    },
  };

  await expect(collect(openLayer(verifying, layer, { diffId }))).rejects.toThrow('wrong blob');
});

test('lets go of the blob when nobody reads on', async () => {
  const { target, layer } = await layerOf(zlib.gzipSync(TAR));
  let isClosed = false;
  const watched = {
    ...target,
    async *fetch(descriptor: Descriptor) {
      try {
        yield* target.fetch(descriptor);
        yield* target.fetch(descriptor);
      } finally {
        isClosed = true;
      }
    },
  };

  for await (const _ of openLayer(watched, layer)) break;

  expect(isClosed).toBe(true);
});

async function layerOf(bytes: Uint8Array) {
  const target = createMemoryTarget();
  const layer = describe(mediaTypeOf('layer', 'docker', 'gzip'), bytes);
  await target.push(layer, bytes);
  return { target, layer };
}

async function* readAll(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

test('an error of the source behind the end of the archive is told to the reader, and to nobody else', async () => {
  const tar = Buffer.alloc(1_024);
  const compressed = zlib.gzipSync(tar);
  const descriptor = describe('application/vnd.oci.image.layer.v1.tar+gzip', compressed);
  async function* late(): AsyncGenerator<Uint8Array> {
    yield compressed;
    await sleep(50);
    throw new Error('the last bytes are wrong');
  }
  const target = { ...createMemoryTarget(), fetch: () => late() };

  const reading = collect(openLayer(target, descriptor));

  await expect(reading).rejects.toThrow('the last bytes are wrong');
});
