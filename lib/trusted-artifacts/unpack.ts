import {
  chmodSync,
  closeSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { InvalidLayerError, readTar, type TarEntry } from '#lib/rootfs';
import { quoted } from '#lib/text';
import { InvalidArtifactError } from './errors.ts';

type Kind = 'file' | 'directory' | 'link';

/**
 * Unpacks an archive into an empty directory. Modes, set-id bits and times are those of the archive, owners those of this
 * process.
 *
 * @throws {InvalidArtifactError} naming the entry that would leave the directory, or is a device
 */
export async function unpack(
  chunks: AsyncIterable<Uint8Array>,
  root: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const there = new Map<string, Kind>();
  /** Directories, with what they get when all that is in them is there. */
  const directories = new Map<string, TarEntry>();
  try {
    await readTar(chunks, async (entry) => {
      signal?.throwIfAborted();
      if (entry.flag === 'g') return;
      const path = pathOf(entry.path);
      if (path === '') return void directories.set('', entry);
      makeParents(root, path, there);
      replace(root, path, entry, there);
      await place(root, path, entry, there);
      if (entry.flag === '5') directories.set(path, entry);
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof InvalidArtifactError) throw error;
    if (!(error instanceof ExpectedError) && !isSystemError(error)) throw error;
    const { message } = error as Error;
    throw new InvalidArtifactError(
      `cannot unpack the artifact: ${error instanceof InvalidLayerError ? message.replace('a layer', 'the archive') : message}`,
    );
  }
  for (const [path, { mode, mtime }] of [...directories].reverse()) {
    if (path !== '' && there.get(path) !== 'directory') continue;
    chmodSync(join(root, path), mode);
    utimesSync(join(root, path), mtime, mtime);
  }
}

/** Errors of the file system and of zlib. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}

/** Path below the root, empty for the root itself. */
function pathOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (text.startsWith('/') || parts.includes('..'))
    throw refused(text, 'it would be outside of the directory');
  if (!Buffer.from(text).equals(bytes)) throw refused(text, 'its name is not UTF-8');
  return parts.join('/');
}

/** Directories that the archive has no entry of are made; nothing is written through a link. */
function makeParents(root: string, path: string, there: Map<string, Kind>): void {
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const parent = path.slice(0, at);
    const kind = there.get(parent);
    if (kind === 'directory') continue;
    if (kind !== undefined) throw refused(path, `${quoted(parent)} is no directory, but a ${kind}`);
    mkdirSync(join(root, parent));
    there.set(parent, 'directory');
  }
}

/** The later of two entries counts, as for tar. */
function replace(root: string, path: string, entry: TarEntry, there: Map<string, Kind>): void {
  const kind = there.get(path);
  if (kind === undefined || (kind === 'directory' && entry.flag === '5')) return;
  if (kind === 'directory') throw refused(path, 'it would replace a directory');
  rmSync(join(root, path));
  there.delete(path);
}

async function place(root: string, path: string, entry: TarEntry, there: Map<string, Kind>): Promise<void> {
  const file = join(root, path);
  const { flag, mtime } = entry;
  if (flag === '5') {
    if (there.get(path) !== 'directory') mkdirSync(file, 0o700);
    there.set(path, 'directory');
  } else if (flag === '2') {
    symlinkSync(entry.link, file);
    lutimesSync(file, mtime, mtime);
    there.set(path, 'link');
  } else if (flag === '1') {
    const original = pathOf(entry.link);
    if (there.get(original) !== 'file') throw refused(path, 'it is a hard link to no file of the archive');
    linkSync(join(root, original), file);
    there.set(path, 'file');
  } else if (flag === '0' || flag === '7' || flag === 'S') {
    await write(file, entry);
    there.set(path, 'file');
  } else {
    throw refused(path, 'it is no file, directory or link');
  }
}

async function write(path: string, { content, mode, mtime }: TarEntry): Promise<void> {
  const file = openSync(path, 'wx', 0o600);
  try {
    for await (const chunk of content()) {
      for (let done = 0; done < chunk.length; ) done += writeSync(file, chunk, done);
    }
    fchmodSync(file, mode);
    futimesSync(file, mtime, mtime);
  } finally {
    closeSync(file);
  }
}

function refused(path: string, why: string): InvalidArtifactError {
  return new InvalidArtifactError(`cannot unpack ${quoted(path)} of the artifact: ${why}`);
}
