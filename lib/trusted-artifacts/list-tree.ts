import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import type { TarEntry } from '#lib/oci';
import { quoted } from '#lib/text';
import { InvalidArtifactError } from './errors.ts';

const READ_SIZE = 256 * 1024;

/**
 * All that is in a directory, itself first, as the entries of an archive: in the order of the names' bytes, without users,
 * with times in whole seconds. So a tree gives the same entries on every machine, whoever owns it there.
 *
 * @param tellSocket is told the path of each socket, which tar leaves out, too
 * @throws {InvalidArtifactError} for a device or FIFO, which no user of the artifact would unpack
 */
export function* listTree(root: string, tellSocket: (path: string) => void): Generator<TarEntry> {
  // Latin-1 has a character for each byte, so that names that are no UTF-8 stay what they are.
  const top = Buffer.from(root).toString('latin1');
  const seen = new Map<string, string>();
  yield* visit('.');

  function* visit(path: string): Generator<TarEntry> {
    const at = bytesOf(path === '.' ? top : `${top}/${path}`);
    // What a caller names may be a link to a directory; inside, links stay links.
    const entry = entryOf(at, path, path === '.' ? lstatSync(`${root}/.`) : lstatSync(at), seen);
    if (entry === undefined) {
      tellSocket(bytesOf(path).toString());
      return;
    }
    yield entry;
    if (entry.type !== 'directory') return;
    const names = readdirSync(at, { encoding: 'latin1' }).sort(compare);
    for (const name of names) yield* visit(path === '.' ? name : `${path}/${name}`);
  }
}

/** A single file under its own name. */
export function* listFile(path: string, name: string): Generator<TarEntry> {
  const latin = Buffer.from(name).toString('latin1');
  const entry = entryOf(Buffer.from(path), latin, lstatSync(path), new Map());
  if (entry !== undefined) yield entry;
}

/** @param seen the first name of each file that has several, by device and number */
function entryOf(at: Buffer, path: string, stats: Stats, seen: Map<string, string>): TarEntry | undefined {
  const mtime = Math.floor(stats.mtimeMs / 1000);
  const common = { path: bytesOf(path), mode: stats.mode & 0o7777, uid: 0, gid: 0, mtime };
  if (stats.isDirectory()) return { ...common, type: 'directory' };
  if (stats.isSocket()) return undefined;
  if (!stats.isFile() && !stats.isSymbolicLink())
    throw new InvalidArtifactError(
      `cannot pack ${quoted(at.toString())}: it is neither file, directory nor symbolic link`,
    );
  if (stats.isSymbolicLink()) {
    return { ...common, type: 'symlink', link: readlinkSync(at, { encoding: 'buffer' }) };
  }
  if (stats.nlink > 1) {
    const inode = `${stats.dev}:${stats.ino}`;
    const first = seen.get(inode);
    if (first !== undefined) return { ...common, type: 'link', link: bytesOf(first) };
    seen.set(inode, path);
  }
  return { ...common, type: 'file', size: stats.size, content: () => read(at) };
}

async function* read(path: Buffer): AsyncGenerator<Uint8Array> {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const buffer = Buffer.allocUnsafe(READ_SIZE);
    for (;;) {
      const size = readSync(file, buffer, 0, buffer.length, null);
      if (size === 0) return;
      // The buffer is filled again only when the reader has copied what it holds.
      yield buffer.subarray(0, size);
    }
  } finally {
    closeSync(file);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function bytesOf(latin: string): Buffer {
  return Buffer.from(latin, 'latin1');
}
