import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import {
  createRegistryClient,
  type Digest,
  type Layer,
  packLayer,
  parseReference,
  pushImage,
} from '#lib/oci';
import { installRpms } from '#test/images/rpmdb';
import { manyRpms } from '../large-image.ts';

const FILE = 256 * 1024;
/** Part of each file that no compression makes smaller, so that a layer has two fifths of its size. */
const RANDOM = Math.round(FILE * 0.4);
const PACKAGES = 500;
const RPMDB = 'usr/lib/sysimage/rpm/rpmdb.sqlite';

/** Pushes an image of one platform with a database of packages and layers of files; gives its digest. */
export async function pushFatImage(
  image: string,
  folder: string,
  { layers, mebibytes }: { readonly layers: number; readonly mebibytes: number },
): Promise<string> {
  const rpms = await manyRpms(folder, PACKAGES);
  const content = readFileSync(await installRpms(join(folder, 'root'), rpms));
  const system = await packLayer([{ path: RPMDB, content }]);
  const fat: Layer[] = [];
  for (let index = 0; index < layers; index++)
    fat.push(await fatLayer(join(folder, `layer-${index}`), mebibytes));
  using client = createRegistryClient();
  const target = client.repository(parseReference(image));
  const config = { os: 'linux', architecture: 'amd64', created: '2026-11-27T00:00:00Z' };
  return (await pushImage(target, { config, layers: [system, ...fat], tags: ['1'] })).digest;
}

async function fatLayer(path: string, mebibytes: number): Promise<Layer> {
  const files = join(path, 'files');
  mkdirSync(files, { recursive: true });
  const pool = randomBytes(64 * FILE);
  for (let index = 0; index < (mebibytes * 1024 * 1024) / FILE; index++) {
    const folder = join(files, `usr/share/${path.split('/').at(-1)}/${index % 64}`);
    mkdirSync(folder, { recursive: true });
    const file = Buffer.alloc(FILE);
    pool.copy(file, 0, (index * 7919) % (63 * FILE), ((index * 7919) % (63 * FILE)) + RANDOM);
    writeFileSync(join(folder, `file-${index}`), file);
  }
  const blob = join(path, 'blob');
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  const tar = execa('tar', ['-C', files, '-cf', '-', '.'], { buffer: false });
  const gzip = execa('gzip', ['-n', '-1'], { buffer: false, stdin: 'pipe' });
  const watched = (see: (chunk: Buffer) => void) => new PassThrough().on('data', see);
  const counted = watched((chunk) => {
    packed.update(chunk);
    size += chunk.length;
  });
  await Promise.all([
    pipeline(
      tar.stdout,
      watched((chunk) => plain.update(chunk)),
      gzip.stdin,
    ),
    pipeline(gzip.stdout, counted, createWriteStream(blob)),
  ]);
  rmSync(files, { recursive: true });
  const digestOf = (hash: typeof plain): Digest => `sha256:${hash.digest('hex')}`;
  return {
    descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(packed), size },
    diffId: digestOf(plain),
    content: () => createReadStream(blob),
  };
}
