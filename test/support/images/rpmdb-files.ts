import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Nevra } from '#lib/rpm';

/** A database with what it is only whole with, as they lie beside each other. */
export interface RpmdbContent {
  readonly database: Buffer;
  readonly wal?: Buffer;
  readonly journal?: Buffer;
}

type Installed = Omit<Nevra, 'epoch'>;

/** An rpmdb.sqlite as rpm leaves it, with the table that is read. */
export function rpmdbOf(rpms: readonly Installed[]): RpmdbContent {
  return inFolder((path) => {
    write(path, rpms);
    return { database: readFileSync(path) };
  });
}

/** The same, some of its packages in the write-ahead log alone, as a process that was killed leaves it. */
export function rpmdbWithLog(rpms: readonly Installed[], inLog: readonly Installed[]): RpmdbContent {
  return inFolder((path) => {
    write(path, rpms);
    using database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0');
    insert(database, inLog);
    return { database: readFileSync(path), wal: readFileSync(`${path}-wal`) };
  });
}

/** The same, in the middle of a transaction that removed packages: the rollback journal has them. */
export function rpmdbWithJournal(rpms: readonly Installed[], removed: readonly string[]): RpmdbContent {
  return inFolder((path) => {
    write(path, rpms);
    using database = new DatabaseSync(path);
    // One page of cache: what was changed is written before the transaction ends.
    database.exec(
      'PRAGMA journal_mode=DELETE; PRAGMA cache_size=1; PRAGMA synchronous=FULL; BEGIN EXCLUSIVE',
    );
    for (const name of removed) database.prepare('DELETE FROM Packages WHERE name = ?').run(name);
    insert(database, [{ name: 'filler', version: 'x'.repeat(100_000), release: '1', arch: 'noarch' }]);
    copyFileSync(path, `${path}.copy`);
    copyFileSync(`${path}-journal`, `${path}.journal`);
    database.exec('ROLLBACK');
    return { database: readFileSync(`${path}.copy`), journal: readFileSync(`${path}.journal`) };
  });
}

function inFolder<T>(use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'rpmdb-files-'));
  try {
    return use(join(folder, 'rpmdb.sqlite'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function write(path: string, rpms: readonly Installed[]): void {
  using database = new DatabaseSync(path);
  database.exec(
    'CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, blob BLOB NOT NULL)',
  );
  insert(database, rpms);
}

function insert(database: DatabaseSync, rpms: readonly Installed[]): void {
  const statement = database.prepare('INSERT INTO Packages (name, blob) VALUES (?, ?)');
  for (const rpm of rpms) statement.run(rpm.name, headerOf(rpm));
}

/** A header with texts alone: number of fields, bytes of data, index, data. */
function headerOf({ name, version, release, arch }: Installed): Buffer {
  const texts = [
    [1000, name],
    [1001, version],
    [1002, release],
    [1022, arch],
    [1044, `${name}.src.rpm`],
  ] as const;
  const data = Buffer.from(texts.map(([, text]) => `${text}\0`).join(''));
  const index = Buffer.alloc(8 + texts.length * 16);
  index.writeUInt32BE(texts.length, 0);
  index.writeUInt32BE(data.length, 4);
  let offset = 0;
  for (const [at, [tag, text]] of texts.entries()) {
    for (const [field, value] of [tag, 6, offset, 1].entries())
      index.writeUInt32BE(value, 8 + at * 16 + field * 4);
    offset += Buffer.byteLength(text) + 1;
  }
  return Buffer.concat([index, data]);
}
