import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Descriptor, parseDigest, type TarEntry, writeTar } from '#lib/oci';
import { quoted } from '#lib/text';
import { InvalidArtifactError } from './errors.ts';

/** oras calls each file so, whatever is in it (vectors.json: the layer is gzip). */
const MEDIA_TYPE = 'application/vnd.oci.image.layer.v1.tar';
/** zlib's own default; another level would give other digests. */
const LEVEL = 6;
/** Bytes of a file that is read at once. */
const SMALL = 256 * 1024;
/** Bytes that are compressed at once: a call for each header of 512 would take longer than the compression. */
const BATCH = 256 * 1024;

/**
 * Packs a directory, a single file, or what is not there (an empty archive) into a compressed archive. Equal trees give
 * equal bytes: entries in order of their names, owned by nobody in particular, times in whole seconds.
 *
 * @throws {InvalidArtifactError} for what is neither file, directory nor link
 */
export async function pack(
  path: string,
  archive: string,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const hash = createHash('sha256');
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(
    Readable.from(batched(writeTar(entriesOf(path))), { objectMode: false }),
    createGzip({ level: LEVEL, chunkSize: BATCH }),
    counted,
    createWriteStream(archive, { flags: 'wx', mode: 0o600 }),
    ...(signal === undefined ? [] : [{ signal }]),
  );
  return { mediaType: MEDIA_TYPE, digest: parseDigest(`sha256:${hash.digest('hex')}`), size };
}

async function* batched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size < BATCH) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  yield Buffer.concat(parts);
}

function* entriesOf(path: string): Generator<TarEntry> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isDirectory()) yield* below(path, '');
  else yield entryOf(path, basename(path));
}

function* below(root: string, directory: string): Generator<TarEntry> {
  for (const name of namesIn(join(root, directory))) {
    const path = directory === '' ? name : `${directory}/${name}`;
    const entry = entryOf(join(root, path), path);
    yield entry;
    if (entry.type === 'directory') yield* below(root, path);
  }
}

function namesIn(directory: string): string[] {
  const names = readdirSync(directory, { encoding: 'buffer' });
  return names
    .sort((a, b) => Buffer.compare(a, b))
    .map((bytes) => {
      const name = bytes.toString('utf8');
      if (Buffer.from(name).equals(bytes)) return name;
      throw new InvalidArtifactError(`cannot pack ${quoted(join(directory, name))}: its name is not UTF-8`);
    });
}

function entryOf(file: string, path: string): TarEntry {
  const found = lstatSync(file);
  const mode = found.mode & 0o7777;
  const mtime = Math.max(0, Math.floor(found.mtimeMs / 1000));
  const common = { path, mode, uid: 0, gid: 0, mtime };
  if (found.isDirectory()) return { ...common, type: 'directory' };
  if (found.isSymbolicLink()) return { ...common, mode: 0o777, type: 'symlink', link: readlinkSync(file) };
  if (!found.isFile())
    throw new InvalidArtifactError(`cannot pack ${quoted(path)}: it is no file, directory or link`);
  const { size } = found;
  const content = () =>
    size <= SMALL ? once(readFileSync(file)) : createReadStream(file, { highWaterMark: BATCH });
  return { ...common, type: 'file', size, content };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
