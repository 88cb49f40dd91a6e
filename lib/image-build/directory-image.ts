import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import {
  collect,
  type Descriptor,
  digestOf,
  InvalidManifestError,
  isManifestType,
  kindOf,
  MAX_MANIFEST,
  mediaTypeOf,
  NotFoundError,
  parseManifest,
  streamOf,
  type Target,
  verified,
} from '#lib/oci';

const READ_SIZE = 128 * 1024;

/**
 * One image as a directory, `dir:` of containers-transports(5): manifest.json, and each blob under its hexadecimal
 * digest. It is the only transport of buildah that keeps docker's format. What is read may come from anybody: no link
 * is followed, nothing but a file is opened, and everything is held against its digest.
 */
export function createDirectoryImage(path: string): Target {
  const fileOf = ({ mediaType, digest }: Pick<Descriptor, 'mediaType' | 'digest'>) =>
    isManifestType(mediaType) ? 'manifest.json' : digest.replace(/^.*:/, '');
  async function* read(descriptor: Descriptor): AsyncGenerator<Uint8Array> {
    await using file = await openFile(path, fileOf(descriptor));
    yield* chunksOf(file.handle);
  }

  return {
    name: path,
    /** There is one image, so that any name means it. */
    async resolve() {
      const bytes = await readManifest(path);
      const manifest = parseManifest(bytes, `${path}/manifest.json`);
      const mediaType = manifest.mediaType ?? mediaTypeOf('manifest');
      if (kindOf(mediaType) !== 'manifest' || !('layers' in manifest)) {
        throw new InvalidManifestError(`${path}/manifest.json is no manifest of one image`);
      }
      return { mediaType, digest: digestOf(bytes), size: bytes.length };
    },
    async exists(descriptor) {
      const found = await lstat(join(path, fileOf(descriptor))).catch(() => undefined);
      return found?.isFile() === true && found.size === descriptor.size;
    },
    fetch: (descriptor) => verified(read(descriptor), descriptor, `${path}/${fileOf(descriptor)}`),
    referrers: () => Promise.resolve([]),
    async push(descriptor, content) {
      await mkdir(path, { recursive: true });
      await writeFile(join(path, 'version'), 'Directory Transport Version: 1.1\n');
      const stream = verified(streamOf(content), descriptor, path);
      await writeFile(join(path, fileOf(descriptor)), stream, { flag: 'wx' });
      return 'pushed';
    },
    tag: () => Promise.resolve(),
  };
}

async function readManifest(path: string): Promise<Uint8Array> {
  await using file = await openFile(path, 'manifest.json');
  if (file.size > MAX_MANIFEST) {
    throw new InvalidManifestError(`${path}/manifest.json has more than the ${MAX_MANIFEST} bytes allowed`);
  }
  return await collect(chunksOf(file.handle));
}

interface OpenFile extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly size: number;
}

async function openFile(directory: string, name: string): Promise<OpenFile> {
  const path = join(directory, name);
  if (!(await lstat(directory).catch(() => undefined))?.isDirectory()) {
    throw new NotFoundError(`there is no image in ${directory}`);
  }
  // A pipe must not make us wait.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new NotFoundError(`there is no ${path}`);
    throw new ExpectedError(`cannot read ${path}: ${cause.code === 'ELOOP' ? 'it is a link' : cause.code}`);
  });
  const found = await handle.stat();
  if (found.isFile()) return { handle, size: found.size, [Symbol.asyncDispose]: () => handle.close() };
  await handle.close();
  throw new ExpectedError(`cannot read ${path}: it is no file`);
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(READ_SIZE), 0, READ_SIZE);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
