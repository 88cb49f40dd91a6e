import type { DatabaseSync } from 'node:sqlite';
import { InvalidComposeError } from './errors.ts';
import { type InstalledRpm, readRpmHeader } from './rpm-header.ts';

/** Where images keep the database, the newest place first. */
export const rpmdbPaths = [
  'usr/lib/sysimage/rpm/rpmdb.sqlite',
  'usr/share/rpm/rpmdb.sqlite',
  'var/lib/rpm/rpmdb.sqlite',
] as const;

/**
 * The packages of an rpmdb.sqlite, sorted by name; keys (gpg-pubkey) are no packages. The file is not written,
 * nor is anything beside it. Of a database in WAL mode only what was checkpointed is there; rpm does so when it
 * closes one.
 */
export async function readRpmdb(path: string): Promise<InstalledRpm[]> {
  const database = await open(path);
  try {
    const rows = database.prepare('SELECT blob FROM Packages').all() as { blob: Uint8Array }[];
    return rows
      .map(({ blob }) => readRpmHeader(blob))
      .filter(({ name }) => name !== 'gpg-pubkey')
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (cause) {
    throw new InvalidComposeError(`cannot read the RPM database ${path}`, { cause });
  } finally {
    database.close();
  }
}

async function open(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await withoutWarning(() => import('node:sqlite'));
  // immutable: no lock, no -wal and no -shm beside it, so that a read-only place will do.
  return new DatabaseSync(new URL(`file://${encodeURI(path)}?immutable=1`), { readOnly: true });
}

/** node:sqlite says when it is loaded that it is experimental; that is no news to whoever reads a step's log. */
async function withoutWarning<T>(load: () => Promise<T>): Promise<T> {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    return await load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
