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
import type { TarEntry } from '#lib/rootfs';
import { ownName, textOf } from './entry-names.ts';
import { InvalidArtifactError } from './errors.ts';

type Kind = 'directory' | 'file' | 'link';

export interface Unpacker {
  /** @throws {InvalidArtifactError} for an entry that would leave the directory, or is neither file, directory nor link */
  add(entry: TarEntry): Promise<void> | void;
  /** Gives the directories their modes and times, which those of their content would change. */
  finish(): void;
}

/** What each flag says that is neither directory nor file, for messages. */
const REFUSED: Readonly<Record<string, string>> = { '3': 'a device', '4': 'a device', '6': 'a FIFO' };

/**
 * Unpacks into a directory that is empty and ours alone. Only what was made here is in it, so that a path whose
 * directories were all made as directories leads nowhere else. Files belong to whoever unpacks, with the modes and times
 * of the archive, as `tar -p` leaves them to a user.
 */
export function createUnpacker(root: string): Unpacker {
  const top = Buffer.from(root).toString('latin1');
  const pathOf = (name: string) => Buffer.from(name === '' ? top : `${top}/${name}`, 'latin1');
  const kinds = new Map<string, Kind>([['', 'directory']]);
  const directories = new Map<string, Pick<TarEntry, 'mode' | 'mtime'>>();

  const makeParents = (name: string, entry: TarEntry) => {
    for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
      const parent = name.slice(0, slash);
      const kind = kinds.get(parent);
      if (kind === 'directory') continue;
      if (kind !== undefined) throw refused(entry, `it goes through the ${kind} ${textOf(parent)}`);
      mkdirSync(pathOf(parent));
      kinds.set(parent, 'directory');
    }
  };
  /** Makes the place free, as tar does: the last entry of a name counts. */
  const place = (name: string, kind: Kind, entry: TarEntry): Buffer => {
    makeParents(name, entry);
    const path = pathOf(name);
    const there = kinds.get(name);
    if (there === 'directory') throw refused(entry, 'a directory of this name stands before it');
    if (there !== undefined) rmSync(path);
    kinds.set(name, kind);
    return path;
  };
  const addDirectory = (name: string, entry: TarEntry) => {
    makeParents(name, entry);
    const there = kinds.get(name);
    if (there === 'file' || there === 'link')
      throw refused(entry, `a ${there} of this name stands before it`);
    if (there === undefined) mkdirSync(pathOf(name), 0o700);
    kinds.set(name, 'directory');
    directories.set(name, { mode: entry.mode, mtime: entry.mtime });
  };
  const addHardLink = (name: string, entry: TarEntry) => {
    const first = ownName(entry, entry.link, 'it links to');
    if (kinds.get(first) !== 'file')
      throw refused(
        entry,
        `it links to ${textOf(first)}, which is no file of the archive that stands before it`,
      );
    if (first === name) throw refused(entry, 'it links to itself');
    linkSync(pathOf(first), place(name, 'file', entry));
  };
  const addSymbolicLink = (name: string, entry: TarEntry) => {
    if (entry.link.length === 0 || entry.link.includes(0)) throw refused(entry, 'it links to nothing');
    const path = place(name, 'link', entry);
    symlinkSync(Buffer.from(entry.link), path);
    lutimesSync(path, entry.mtime, entry.mtime);
  };
  return {
    add(entry) {
      if (entry.flag === 'g') return;
      const name = ownName(entry, entry.path, 'its path is');
      if (entry.flag === '5') return addDirectory(name, entry);
      if (name === '') throw refused(entry, 'it stands for the directory itself');
      if (entry.flag === '1') return addHardLink(name, entry);
      if (entry.flag === '2') return addSymbolicLink(name, entry);
      if (!['0', '7', 'S'].includes(entry.flag)) {
        const what = REFUSED[entry.flag] ?? `an entry of the type ${JSON.stringify(entry.flag)}`;
        throw refused(entry, `it is ${what}`);
      }
      return writeFile(place(name, 'file', entry), entry);
    },
    finish() {
      for (const [name, { mode, mtime }] of [...directories].toReversed()) {
        chmodSync(pathOf(name), mode);
        utimesSync(pathOf(name), mtime, mtime);
      }
    },
  };
}

async function writeFile(path: Buffer, { mode, mtime, content }: TarEntry): Promise<void> {
  const file = openSync(path, 'wx', 0o600);
  try {
    for await (const bytes of content()) {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    }
    fchmodSync(file, mode);
    futimesSync(file, mtime, mtime);
  } finally {
    closeSync(file);
  }
}

function refused(entry: TarEntry, why: string): InvalidArtifactError {
  return new InvalidArtifactError(`its entry ${textOf(entry.path)} is refused: ${why}`);
}
