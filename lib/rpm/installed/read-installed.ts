import { ExpectedError, explain } from '#lib/errors';
import { formatNevra } from '../nevra.ts';
import { readRpmdb } from '../rpmdb/read-rpmdb.ts';
import type { InstalledRpm } from '../rpmdb/rpm-header.ts';
import type { RpmdbReader } from '../rpmdb/rpmdb-reader.ts';
import { findRpmdbs, type RpmdbPlace, shown } from './find-rpmdb.ts';
import type { ImageFiles } from './image-files.ts';

/** The packages of an image: what could not be read is not the same as none. */
export type InstalledPackages =
  | { readonly kind: 'read'; readonly rpms: readonly InstalledRpm[] }
  /** There is no database. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string };

export interface ReadInstalledOptions {
  /** Shared by a caller that reads the databases of several images. */
  readonly reader?: RpmdbReader | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What `rpm -qa` says in an image, of which `wantedRpmFiles` were read. */
export async function readInstalled(
  files: ImageFiles,
  options: ReadInstalledOptions = {},
): Promise<InstalledPackages> {
  try {
    const places = findRpmdbs(files);
    const [first, ...others] = await Promise.all(places.map((place) => readPlace(files, place, options)));
    if (first === undefined) return { kind: 'absent' };
    const known = namesOf(first);
    if (others.some((other) => namesOf(other) !== known)) {
      const where = places.map(({ database }) => shown(database)).join(' and ');
      return { kind: 'unreadable', why: `${where} differ, and nothing says which one counts (%_dbpath)` };
    }
    return { kind: 'read', rpms: first };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof ExpectedError) return { kind: 'unreadable', why: explain(error) };
    throw error;
  }
}

async function readPlace(
  files: ImageFiles,
  { database, wal, journal }: RpmdbPlace,
  options: ReadInstalledOptions,
): Promise<readonly InstalledRpm[]> {
  const file = (path: string) => {
    const spooled = files.spooled(path);
    if (spooled.kind === 'spooled') return spooled.file;
    const why = spooled.kind === 'absent' ? 'it is not there' : spooled.why;
    throw new ExpectedError(`${shown(path)} cannot be read: ${why}`);
  };
  return readRpmdb(
    {
      name: shown(database),
      database: file(database),
      wal: wal === undefined ? undefined : file(wal),
      journal: journal === undefined ? undefined : file(journal),
    },
    options,
  );
}

function namesOf(rpms: readonly InstalledRpm[]): string {
  return rpms.map(formatNevra).sort().join('\n');
}
