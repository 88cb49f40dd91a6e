import { printable } from '#lib/text';
import { InvalidRpmdbError } from '../errors.ts';
import { databaseSettings } from './dbpath.ts';
import type { ImageFiles, ImageTree } from './image-files.ts';

/** Where Fedora's images keep the database, the newest place first; links between them are usual. */
export const databaseDirectories = ['usr/lib/sysimage/rpm', 'usr/share/rpm', 'var/lib/rpm'] as const;

export const DATABASE = 'rpmdb.sqlite';

/** A database in an image: real paths, links followed. */
export interface RpmdbPlace {
  readonly database: string;
  readonly wal: string | undefined;
  readonly journal: string | undefined;
}

/**
 * The databases that may be the image's: the one where its macros say it is; where they do not say it, each of those that
 * are in a usual place. None where there is none.
 *
 * @throws {InvalidMacroError} where the macros cannot be told
 * @throws {InvalidRpmdbError} where it is of another kind than sqlite, or elsewhere than rpm would look
 */
export function findRpmdbs(files: ImageFiles): readonly RpmdbPlace[] {
  // In Debian's rpm a program says where the database is: it need not be known where there is none at all.
  if (!hasAny(files)) return [];
  const { dbpath, backend } = databaseSettings(files);
  const usual = distinct(databaseDirectories.flatMap((directory) => placeIn(files, directory, backend)));
  if (dbpath === undefined) return usual;
  const said = placeIn(files, dbpath, backend);
  const [elsewhere] = usual;
  // /var is filled on the machine: rpm-ostree has it link to where the database is.
  if (said.length === 0 && dbpath.replace(/\/+$/, '') === 'var/lib/rpm') return usual;
  if (said.length === 0 && elsewhere !== undefined) {
    throw new InvalidRpmdbError(
      `the image's macros say that its RPM database is in ${shown(dbpath)}, where there is none, and there is one at ${shown(elsewhere.database)}`,
    );
  }
  return said;
}

/** The name of a log or a journal is that of the database that it belongs to, once its links are followed. */
export function placeOf(tree: ImageTree, directory: string): RpmdbPlace | undefined {
  const database = tree.resolve(`${directory}/${DATABASE}`);
  if (database === undefined) {
    const broken = tree.get(`${directory}/${DATABASE}`);
    if (broken === undefined) return undefined;
    throw new InvalidRpmdbError(`${shown(directory)}/${DATABASE} leads nowhere`);
  }
  const beside = (suffix: string) => {
    const path = `${database}${suffix}`;
    const entry = tree.get(path);
    // sqlite opens no link here (os_unix.c, O_NOFOLLOW).
    if (entry !== undefined && entry.type !== 'file')
      throw new InvalidRpmdbError(`${shown(path)} is a ${entry.type}`);
    return entry && path;
  };
  return { database, wal: beside('-wal'), journal: beside('-journal') };
}

// Files of the other backends (lib/backend/ndb/glue.cc, lib/backend/bdb_ro.cc).
const others = [
  { backend: 'ndb', file: 'Packages.db', what: 'an ndb database' },
  { backend: 'bdb_ro', file: 'Packages', what: 'a Berkeley DB' },
] as const;

function hasAny(tree: ImageTree): boolean {
  const names: ReadonlySet<string> = new Set([DATABASE, ...others.map(({ file }) => file)]);
  return Iterator.from(tree.paths).some((path) => names.has(path.slice(path.lastIndexOf('/') + 1)));
}

/** A configured backend that is there counts, else sqlite, else the others (dbDetectBackend in lib/backend/dbi.cc). */
function placeIn(tree: ImageTree, directory: string, backend: string | undefined): readonly RpmdbPlace[] {
  const there = others.filter(({ file }) => tree.get(`${directory}/${file}`) !== undefined);
  const place = placeOf(tree, directory);
  const configured = there.find(
    (other) => other.backend === backend || (other.backend === 'bdb_ro' && backend === 'bdb'),
  );
  const other = configured ?? (place === undefined ? there[0] : undefined);
  if (other !== undefined) {
    throw new InvalidRpmdbError(
      `the RPM database ${shown(directory)}/${other.file} is ${other.what}, which is not read: only sqlite's are`,
    );
  }
  return place === undefined ? [] : [place];
}

function distinct(places: readonly RpmdbPlace[]): readonly RpmdbPlace[] {
  return [...new Map(places.map((place) => [place.database, place])).values()];
}

/** A path of an image as a message may have it. */
export function shown(path: string): string {
  return printable(`/${path}`);
}
