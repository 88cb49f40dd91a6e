import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { execa } from 'execa';
import { createLayout, type Digest, pushImage } from '#lib/oci';

const CHUNK = 2 ** 20;

/** Writes an image with one layer of so many MiB, which no compression makes smaller, under the tag 1; gives its path. */
export async function largeLayout(path: string, mebibytes: number): Promise<string> {
  await mkdir(path, { recursive: true });
  await writeRandom(join(path, 'file'), mebibytes);
  const blob = join(path, 'blob');
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  const tar = execa('tar', ['-C', path, '-cf', '-', 'file'], { buffer: false });
  const watched = (see: (chunk: Buffer) => void) => new PassThrough().on('data', see);
  await pipeline(
    tar.stdout,
    watched((chunk) => plain.update(chunk)),
    createGzip({ level: 0 }),
    watched((chunk) => {
      packed.update(chunk);
      size += chunk.length;
    }),
    createWriteStream(blob),
  );
  await tar;
  const digestOf = (hash: typeof plain): Digest => `sha256:${hash.digest('hex')}`;
  const layout = join(path, 'layout');
  const descriptor = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: digestOf(packed),
    size,
  };
  const layer = { descriptor, diffId: digestOf(plain), content: () => createReadStream(blob) };
  await pushImage(createLayout(layout), {
    config: { os: 'linux', architecture: 'amd64' },
    layers: [layer],
    tags: ['1'],
  });
  await Promise.all([rm(blob), rm(join(path, 'file'))]);
  return layout;
}

async function writeRandom(path: string, mebibytes: number): Promise<void> {
  await using file = await open(path, 'w');
  for (let index = 0; index < mebibytes; index++) {
    await file.write(randomBytes(CHUNK));
  }
}
