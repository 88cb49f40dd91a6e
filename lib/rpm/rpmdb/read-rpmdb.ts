import { copyFile, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidRpmdbError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type InstalledRpm, readRpmHeader } from './rpm-header.ts';
import { RpmdbReader } from './rpmdb-reader.ts';

/** Where a database lies on this machine, with the files that belong to it. */
export interface RpmdbFiles {
  readonly database: string;
  /** What to call it in a message; its path without it. */
  readonly name?: string;
  /** `rpmdb.sqlite-wal`, the write-ahead log: what was written and is not in the database yet. */
  readonly wal?: string | undefined;
  /** `rpmdb.sqlite-journal`, the rollback journal: the changes in the database that are to be undone. */
  readonly journal?: string | undefined;
}

interface Options {
  /** Shared by a caller that reads several databases; by default the call has one of its own. */
  readonly reader?: RpmdbReader | undefined;
  /** Give the imported keys (gpg-pubkey) too, which rpm keeps among the packages. */
  readonly keys?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The packages of an rpmdb.sqlite, sorted by name; a path stands for the database and what lies beside it. No file is
 * written, nor anything beside it, so that it may lie in a read-only place.
 *
 * @throws {InvalidRpmdbError} when it is no such database, or broken, or larger than `limits` say
 */
export async function readRpmdb(
  source: string | RpmdbFiles,
  { reader, keys = false, signal }: Options = {},
): Promise<InstalledRpm[]> {
  if (reader === undefined) {
    using own = new RpmdbReader();
    return await readRpmdb(source, { reader: own, keys, signal });
  }
  const files = typeof source === 'string' ? await besides(source) : source;
  try {
    const headers = await readAll(files, reader, signal);
    return headers
      .filter(({ isKey }) => keys || !isKey)
      .map(({ isKey: _, ...rpm }): InstalledRpm => rpm)
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (cause) {
    signal?.throwIfAborted();
    throw new InvalidRpmdbError(`cannot read the RPM database ${files.name ?? files.database}`, { cause });
  }
}

type Header = ReturnType<typeof readRpmHeader>;

async function besides(database: string): Promise<RpmdbFiles> {
  const beside = async (suffix: string) =>
    (await stat(`${database}${suffix}`).catch(() => undefined)) && `${database}${suffix}`;
  return { database, wal: await beside('-wal'), journal: await beside('-journal') };
}

async function readAll(
  files: RpmdbFiles,
  reader: RpmdbReader,
  signal: AbortSignal | undefined,
): Promise<Header[]> {
  const [main, wal, journal] = await Promise.all([files.database, files.wal, files.journal].map(sizeOf));
  const size = (main ?? 0) + (wal ?? 0) + (journal ?? 0);
  const options = { forSize: (size / 1024 / 1024) * limits.timePerMib, most: size, signal };
  const companions = [
    ...(wal && files.wal !== undefined ? [{ path: files.wal, suffix: '-wal' }] : []),
    ...(journal && files.journal !== undefined ? [{ path: files.journal, suffix: '-journal' }] : []),
  ];
  // sqlite passes over a log where nothing may be written, and makes files beside a database where something may.
  if (companions.length === 0)
    return collect(reader.read({ path: files.database, immutable: true }, options));
  for (const { path, suffix } of companions) if (suffix === '-journal') await refuseSuperJournal(path);
  const scratch = await mkdtemp(join(tmpdir(), 'rpmdb-'));
  try {
    const copy = join(scratch, 'rpmdb.sqlite');
    await copyFile(files.database, copy);
    for (const { path, suffix } of companions) await copyFile(path, `${copy}${suffix}`);
    return await collect(reader.read({ path: copy, immutable: false }, options));
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function sizeOf(path: string | undefined): Promise<number> {
  if (path === undefined) return 0;
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new InvalidRpmdbError('the database is no file that can be read', { cause });
  });
  if (size > limits.database) {
    throw new InvalidRpmdbError(
      `${size} bytes are more than the ${limits.database} that are read of a database, a log or a journal`,
    );
  }
  return size;
}

/** https://sqlite.org/fileformat.html, "The Rollback Journal"; at the end of a journal it is the mark of a super-journal. */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');

/**
 * A journal of a transaction over several databases names a file by its whole path, which sqlite then looks for on this
 * machine and removes. rpm has one database.
 */
async function refuseSuperJournal(path: string): Promise<void> {
  await using file = await open(path);
  const { size } = await file.stat();
  const tail = Buffer.alloc(8);
  await file.read(tail, 0, 8, Math.max(0, size - 8));
  if (size >= 16 && tail.equals(JOURNAL_MAGIC)) {
    throw new InvalidRpmdbError('its journal is of a transaction over several databases');
  }
}

async function collect(blobs: AsyncIterable<Uint8Array>): Promise<Header[]> {
  const rpms: Header[] = [];
  let texts = 0;
  for await (const blob of blobs) {
    const rpm = readRpmHeader(blob);
    rpms.push(rpm);
    for (const value of Object.values(rpm)) if (typeof value === 'string') texts += value.length;
    if (texts > limits.texts) {
      throw new InvalidRpmdbError(`its packages have more than ${limits.texts} bytes of names and licences`);
    }
  }
  return rpms;
}
