import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { createRegistryClient, type Digest, parseReference, pushImage } from '#lib/oci';
import { imageConfig, itemsOf, layerOf, rpmdbPlace } from '#test/images/bootc-image';
import { goodFiles } from '#test/images/bootc-root';
import { rpmdbOf } from '#test/images/rpmdb-files';
import { header } from '#test/images/tar-writer';

/** Pushes an image for linux/arm64 that has so many files, a multiple of 100, and 500 packages; gives its digest. */
export async function pushManyFiles(image: string, files: number, folder: string): Promise<string> {
  const blob = join(folder, 'blob');
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  const watched = (see: (chunk: Buffer) => void) => new PassThrough().on('data', see);
  await pipeline(
    Readable.from(entries(files)),
    watched((chunk) => plain.update(chunk)),
    createGzip({ level: 1 }),
    watched((chunk) => {
      packed.update(chunk);
      size += chunk.length;
    }),
    createWriteStream(blob),
  );
  const digestOf = (hash: typeof plain): Digest => `sha256:${hash.digest('hex')}`;
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  const many = {
    descriptor: { mediaType, digest: digestOf(packed), size },
    diffId: digestOf(plain),
    content: () => createReadStream(blob),
  };
  const rpms = Array.from({ length: 500 }, (_, index) => ({
    name: `package${index}`,
    version: '1',
    release: '1.fc43',
    arch: 'aarch64',
  }));
  const system = layerOf(itemsOf({ ...goodFiles, [rpmdbPlace]: rpmdbOf(rpms).database }));
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  return (await pushImage(target, { config: imageConfig(), layers: [system, many], tags: ['1'] })).digest;
}

const BLOCK = 512;

function* entries(files: number): Generator<Buffer> {
  const template = header({ name: Buffer.alloc(0), flag: '0', size: 0 });
  for (let from = 0; from < files; from += 100) {
    const chunk = Buffer.alloc(100 * BLOCK);
    for (let at = 0; at < chunk.length; at += BLOCK) {
      const index = from + at / BLOCK;
      template.copy(chunk, at);
      const name = `usr/share/directory-${Math.floor(index / 50)}/a-file-with-a-name-${index}.conf`;
      chunk.write(name, at, 'latin1');
      let sum = 0;
      for (let byte = 0; byte < BLOCK; byte++)
        sum += byte >= 148 && byte < 156 ? 0x20 : (chunk[at + byte] ?? 0);
      chunk.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
    }
    yield chunk;
  }
  yield Buffer.alloc(2 * BLOCK);
}
