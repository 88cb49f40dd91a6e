import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { headerOf } from '#test/images/rpm-header';
import { installRpms, makeRpms, rpm } from '#test/images/rpmdb';
import { limits } from '../limits.ts';
import { formatNevra } from '../nevra.ts';
import { readRpmdb } from './read-rpmdb.ts';
import { RpmdbReader } from './rpmdb-reader.ts';

let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rpmdb-'));
  const rpms = await makeRpms(directory, [
    { name: 'alpha', version: '1.0~rc1', epoch: 3 },
    { name: 'beta', version: '1.0~rc1' },
  ]);
  await installRpms(join(directory, 'root'), rpms);
});
afterAll(() => rmSync(directory, { recursive: true }));

test('reads what rpm says is installed', async () => {
  const packages = await readRpmdb(join(directory, 'root/db/rpmdb.sqlite'));

  const { stdout } = await rpm(join(directory, 'root'), '/db', [
    '-qa',
    '--qf',
    '%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH} %{SOURCERPM}\n',
  ]);
  expect(packages.map((rpm) => `${formatNevra(rpm)} ${rpm.sourcerpm}`)).toEqual(
    stdout.trim().split('\n').sort(),
  );
  expect(packages).toHaveLength(2);
});

test('reads a log that was left beside it, and writes nothing there', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  const live = join(directory, 'live.sqlite');
  const place = join(directory, 'with a # and ?');
  mkdirSync(place);
  copyFileSync(join(directory, 'root/db/rpmdb.sqlite'), live);
  using database = new DatabaseSync(live);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=OFF');
  database.exec('DELETE FROM Packages WHERE hnum = (SELECT min(hnum) FROM Packages)');
  for (const suffix of ['', '-wal']) copyFileSync(`${live}${suffix}`, join(place, `rpmdb.sqlite${suffix}`));

  const withLog = await readRpmdb(join(place, 'rpmdb.sqlite'));
  rmSync(join(place, 'rpmdb.sqlite-wal'));
  const without = await readRpmdb(join(place, 'rpmdb.sqlite'));

  expect(withLog).toHaveLength(1);
  expect(without.map(({ name }) => name)).toEqual(['alpha', 'beta']);
  expect(readdirSync(place)).toEqual(['rpmdb.sqlite']);
});

test('keys are no packages, unless they are asked for', async () => {
  const path = join(directory, 'keys.sqlite');
  const { DatabaseSync } = await import('node:sqlite');
  copyFileSync(join(directory, 'root/db/rpmdb.sqlite'), path);
  using database = new DatabaseSync(path);
  const header = headerOf({ 1000: 'gpg-pubkey', 1001: 'c6e7f081', 1002: '5b6eac67' });
  database.prepare('INSERT INTO Packages (hnum, blob) VALUES (99, ?)').run(header);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');

  expect((await readRpmdb(path)).map(({ name }) => name)).toEqual(['alpha', 'beta']);
  expect(await readRpmdb(path, { keys: true })).toContainEqual({
    name: 'gpg-pubkey',
    epoch: 0,
    version: 'c6e7f081',
    release: '5b6eac67',
    arch: '',
    sourcerpm: '',
  });
});

test.for([
  ['broken.sqlite', 'no database'],
  ['absent.sqlite', undefined],
] as const)('says of %s that it cannot be read, and why', async ([file, content]) => {
  const path = join(directory, file);
  if (content !== undefined) writeFileSync(path, content);

  await expect(readRpmdb(path)).rejects.toThrow(`cannot read the RPM database ${path}`);
  await expect(readRpmdb(path)).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/database/) },
  });
});

const endless =
  'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x AS hnum, x AS blob FROM c';
test.for([
  ['an endless view', 'no table Packages', `CREATE VIEW Packages AS ${endless}`],
  ['an endless view of nothing', 'no table Packages', `CREATE VIEW packages AS ${endless} WHERE x < 0`],
  ['a virtual table', 'no table Packages', 'CREATE VIRTUAL TABLE Packages USING fts5(hnum, blob)'],
  ['no table', 'no table Packages', 'CREATE TABLE Other (hnum INTEGER, blob BLOB)'],
  ['no column blob', 'no columns hnum and blob', 'CREATE TABLE Packages (hnum INTEGER, blobs BLOB)'],
  [
    'a computed column',
    'or computes them',
    'CREATE TABLE Packages (hnum INTEGER, blob AS (zeroblob(1000000000))); INSERT INTO Packages VALUES (1)',
  ],
  [
    'text in place of a header',
    'a header is text and no blob',
    "CREATE TABLE Packages (hnum INTEGER, blob BLOB); INSERT INTO Packages VALUES (1, 'text')",
  ],
  [
    'NULL in place of a header',
    'a header is null and no blob',
    'CREATE TABLE Packages (hnum INTEGER, blob BLOB); INSERT INTO Packages VALUES (1, NULL)',
  ],
  [
    'a header that is too large',
    'a header has 33554433 bytes, more than the 33554432 that are read',
    'CREATE TABLE Packages (hnum INTEGER, blob BLOB); INSERT INTO Packages VALUES (1, zeroblob(33554433))',
  ],
  [
    'an empty header',
    'an RPM header is cut off',
    "CREATE TABLE Packages (hnum INTEGER, blob BLOB); INSERT INTO Packages VALUES (1, x'')",
  ],
  [
    'a text that many rows have by default',
    'its headers have more bytes than the file',
    `CREATE TABLE Packages (hnum INTEGER); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 100000) INSERT INTO Packages SELECT x FROM c;
     ALTER TABLE Packages ADD COLUMN blob BLOB DEFAULT x'${headerOf({ 1000: 'a', 1001: '1', 1002: '1', 1022: 'a' }).toString('hex')}'`,
  ],
] as const)('a database with %s is refused', async ([name, message, sql]) => {
  const { DatabaseSync } = await import('node:sqlite');
  const path = join(directory, `${name.replaceAll(' ', '-')}.sqlite`);
  using database = new DatabaseSync(path);
  database.exec(sql);

  await expect(readRpmdb(path)).rejects.toMatchObject({
    cause: { message: expect.stringContaining(message) },
  });
});

test('a database over the limit is refused before it is opened', async () => {
  const path = join(directory, 'zeros.sqlite');
  writeFileSync(path, '');
  truncateSync(path, 6 * 1024 ** 3);

  await expect(readRpmdb(path)).rejects.toMatchObject({
    cause: {
      message: `6442450944 bytes are more than the ${limits.database} that are read of a database, a log or a journal`,
    },
  });
});

test('reads from a bundle too, as a step is one', async () => {
  const path = join(directory, 'root/db/rpmdb.sqlite');
  const contents = `import { readRpmdb } from './read-rpmdb.ts';
    readRpmdb(${JSON.stringify(path)}).then((rpms) => console.log(rpms.map(({ name }) => name).join(' ')));`;
  const outfile = join(directory, 'bundle.cjs');
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    supported: { 'dynamic-import': false },
  });

  expect((await run(process.execPath, [outfile])).stdout).toBe('alpha beta\n');
});

test('one process reads all databases, and another one what comes after a database that ended it', async () => {
  const whole = join(directory, 'root/db/rpmdb.sqlite');
  const bad = join(directory, 'bad-header.sqlite');
  const { DatabaseSync } = await import('node:sqlite');
  using database = new DatabaseSync(bad);
  database.exec(
    "CREATE TABLE Packages (hnum INTEGER, blob BLOB); INSERT INTO Packages VALUES (1, x''), (2, x'')",
  );
  using reader = new RpmdbReader();
  const names = async (path: string) => (await readRpmdb(path, { reader })).map(({ name }) => name).join(' ');

  const read = await Promise.allSettled(
    [whole, '/nowhere', bad, whole, join(directory, 'broken.sqlite'), whole].map(names),
  );

  expect(read.map((one) => (one.status === 'fulfilled' ? one.value : one.status))).toEqual([
    'alpha beta',
    'rejected',
    'rejected',
    'alpha beta',
    'rejected',
    'alpha beta',
  ]);
});

test('a reader whose end has come starts no process', async () => {
  const reader = new RpmdbReader();
  reader[Symbol.dispose]();

  await expect(readRpmdb(join(directory, 'root/db/rpmdb.sqlite'), { reader })).rejects.toMatchObject({
    cause: { message: 'nothing is read any more' },
  });
});

test('takes back what a journal says was not finished, as sqlite does', async () => {
  const place = join(directory, 'journal');
  await interrupted(place);
  const main = readFileSync(join(place, 'rpmdb.sqlite'));

  const packages = await readRpmdb(join(place, 'rpmdb.sqlite'));

  expect(packages.map(({ name }) => name)).toEqual(['alpha', 'beta']);
  expect(readFileSync(join(place, 'rpmdb.sqlite')).equals(main)).toBe(true);
  rmSync(join(place, 'rpmdb.sqlite-journal'));
  await expect(readRpmdb(join(place, 'rpmdb.sqlite'))).rejects.toThrow('cannot read the RPM database');
});

test('a journal that names another file is refused, and the file stays', async () => {
  const place = join(directory, 'super-journal');
  await interrupted(place);
  const victim = join(directory, 'victim');
  writeFileSync(victim, '');
  const name = Buffer.from(victim);
  const record = Buffer.alloc(16);
  record.writeUInt32BE(name.length, 0);
  record.writeUInt32BE(
    name.reduce((sum, byte) => sum + byte, 0),
    4,
  );
  Buffer.from('d9d505f920a163d7', 'hex').copy(record, 8);
  appendFileSync(join(place, 'rpmdb.sqlite-journal'), Buffer.concat([name, record]));

  await expect(readRpmdb(join(place, 'rpmdb.sqlite'))).rejects.toMatchObject({
    cause: { message: 'its journal is of a transaction over several databases' },
  });
  expect(readFileSync(victim, 'utf8')).toBe('');
});

/** A database whose packages are deleted by a process that dies before it says that it is done. */
async function interrupted(place: string): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  mkdirSync(place);
  const live = join(place, 'live');
  copyFileSync(join(directory, 'root/db/rpmdb.sqlite'), live);
  using database = new DatabaseSync(live);
  database.exec(
    'PRAGMA journal_mode=DELETE; PRAGMA cache_size=1; PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE; DELETE FROM Packages',
  );
  database.exec('CREATE TABLE filler (x)');
  for (let row = 0; row < 50; row += 1) database.exec('INSERT INTO filler VALUES (randomblob(4000))');
  copyFileSync(live, join(place, 'rpmdb.sqlite'));
  copyFileSync(`${live}-journal`, join(place, 'rpmdb.sqlite-journal'));
  database.exec('ROLLBACK');
}
