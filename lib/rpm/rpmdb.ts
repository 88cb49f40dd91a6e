import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidRpmdbError } from './errors.ts';
import { type InstalledRpm, readRpmHeader } from './rpm-header.ts';

/** Where images keep the database, the newest place first. */
export const rpmdbPaths = [
  'usr/lib/sysimage/rpm/rpmdb.sqlite',
  'usr/share/rpm/rpmdb.sqlite',
  'var/lib/rpm/rpmdb.sqlite',
] as const;

interface Options {
  /** Give the imported keys (gpg-pubkey) too, which rpm keeps among the packages. */
  readonly keys?: boolean;
}

/**
 * The packages of an rpmdb.sqlite, sorted by name. Neither the file nor anything beside it is written, so that it
 * may lie in a read-only place. A write-ahead log that was left beside it (`rpmdb.sqlite-wal`) is read with it.
 *
 * @throws {InvalidRpmdbError} when it is no such database, or broken
 */
export async function readRpmdb(path: string, { keys = false }: Options = {}): Promise<InstalledRpm[]> {
  try {
    return (await readBlobs(path))
      .map(readRpmHeader)
      .filter(({ name }) => keys || name !== 'gpg-pubkey')
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (cause) {
    throw new InvalidRpmdbError(`cannot read the RPM database ${path}`, { cause });
  }
}

async function readBlobs(path: string): Promise<Uint8Array[]> {
  const log = await stat(`${path}-wal`).catch(() => undefined);
  if (log === undefined || log.size === 0) {
    // immutable: no lock, and no -wal or -shm made beside it; sqlite then passes over a log, too.
    return selectBlobs(new URL('?immutable=1', pathToFileURL(path)), { readOnly: true });
  }
  const scratch = await mkdtemp(join(tmpdir(), 'rpmdb-'));
  try {
    const copy = join(scratch, 'rpmdb.sqlite');
    await Promise.all(['', '-wal'].map((suffix) => copyFile(`${path}${suffix}`, `${copy}${suffix}`)));
    return await selectBlobs(pathToFileURL(copy), { readOnly: false });
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function selectBlobs(url: URL, options: { readonly readOnly: boolean }): Promise<Uint8Array[]> {
  sqlite ??= loadSqlite();
  const { DatabaseSync } = await sqlite;
  const database = new DatabaseSync(url, options);
  try {
    const rows = database.prepare('SELECT blob FROM Packages').all() as { blob: Uint8Array }[];
    return rows.map(({ blob }) => blob);
  } finally {
    database.close();
  }
}

let sqlite: Promise<typeof import('node:sqlite')> | undefined;

/** Some versions of node say at its first use that it is experimental; that is no news to who reads a step's log. */
async function loadSqlite(): Promise<typeof import('node:sqlite')> {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = ((warning: string | Error, ...rest: []) => {
    if (!String(warning).includes('SQLite')) emitWarning(warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
