import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { readRootfs } from '#lib/rootfs';
import { generatedRuns, randomFrom } from '#test/generated';
import { importKey, installRpms, makeRpms, rpm } from '#test/images/rpmdb';
import { readInstalled } from './installed/read-installed.ts';
import { likelyRpmFile, wantedRpmFiles } from './installed/wanted-rpm-files.ts';

const NAMES = Array.from({ length: 20 }, (_, at) => `package-${at}`);
const SYSIMAGE = 'usr/lib/sysimage/rpm';
const SHARE = 'usr/share/rpm';

let directory: string;
/** A database of all packages and a key; the smaller ones are made from it. */
let whole: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rpmdbs-'));
  whole = await installRpms(join(directory, 'whole'), await makeRpms(directory, NAMES));
  await importKey(join(directory, 'whole'));
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true }));

for (const { count, seed, isFixed, record } of generatedRuns('rpmdb', { soak: 200, ci: 60, test: 6 })) {
  test(`the packages of generated databases are those that rpm says, with the seed ${isFixed ? 'that stays' : seed}`, {
    timeout: 1_800_000,
  }, async () => {
    const random = randomFrom(seed);
    const counts: Record<string, number> = {};
    for (let at = 0; at < count; at += 1) {
      const root = join(directory, `${seed}-${at}`);
      const made = makeImage(root, random);
      const ours = await oursOf(root);
      const state = ours === 'unreadable' ? `${made.state} (unreadable)` : made.state;
      counts[state] = (counts[state] ?? 0) + 1;
      const theirs = await theirsOf(root, made.dbpath);

      // rpm tells what it can of a broken database; for us it is unreadable.
      if (ours !== 'unreadable' || theirs.isWhole) {
        expect({ made, packages: ours }).toEqual({ made, packages: theirs.packages });
      }
      rmSync(root, { recursive: true });
    }
    const found = Object.entries(counts)
      .map(([state, times]) => `${state} ${times}`)
      .sort()
      .join(', ');
    console.log(`equal to rpm -qa: ${found}`);
    record({ cases: count, against: 'rpm -qa --root', found: `all equal (${found})` });
  });
}

type Random = () => number;

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** A root with a database in some state, and macros that say where; `dbpath` is what rpm finds by itself. */
function makeImage(root: string, random: Random): { readonly state: string; readonly dbpath: string } {
  const place = pick(random, [SYSIMAGE, SHARE, 'var/lib/rpm', 'opt/the db']);
  const state = pick(random, Object.keys(states));
  mkdirSync(join(root, place), { recursive: true });
  const live = join(root, 'live');
  cpSync(whole, live);
  {
    using database = new DatabaseSync(live, { enableForeignKeyConstraints: false });
    shrink(database, random);
  }
  states[state]?.(live, join(root, place, 'rpmdb.sqlite'), random);
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${live}${suffix}`, { force: true });
  const isUsual = place !== 'opt/the db';
  if (!isUsual || random() < 0.5) writeMacros(root, place, random, isUsual);
  else if (random() < 0.3 && place === SYSIMAGE) {
    mkdirSync(join(root, 'usr/share'), { recursive: true });
    cpSync(join(root, place), join(root, SHARE), { recursive: true });
  }
  return { state, dbpath: `/${place}` };
}

/** Another set of packages, page size and form of the same database. */
function shrink(database: DatabaseSync, random: Random): void {
  database.exec('PRAGMA journal_mode=DELETE');
  for (const { hnum } of database.prepare('SELECT hnum FROM Packages').all())
    if (random() < 0.4) database.exec(`DELETE FROM Packages WHERE hnum = ${Number(hnum)}`);
  database.exec(`PRAGMA page_size=${pick(random, [512, 1024, 4096, 16_384, 65_536])}`);
  database.exec(`PRAGMA auto_vacuum=${pick(random, ['NONE', 'FULL', 'INCREMENTAL'])}`);
  if (random() < 0.7) database.exec('VACUUM');
}

/** One more change, as a transaction of rpm makes it: packages go, the others are written anew. */
function change(database: DatabaseSync, random: Random): void {
  const rows = database.prepare('SELECT hnum, blob FROM Packages').all();
  for (const { hnum, blob } of rows) {
    const fate = random();
    if (fate < 0.3) database.exec(`DELETE FROM Packages WHERE hnum = ${Number(hnum)}`);
    else if (fate < 0.6)
      database
        .prepare('INSERT OR REPLACE INTO Packages VALUES (?, ?)')
        .run(Number(hnum) + 1000, blob as Uint8Array);
  }
}

type State = (live: string, target: string, random: Random) => void;

/** What is left of a database whose writer came to different ends. */
const states: Readonly<Record<string, State>> = {
  closed: (live, target) => cpSync(live, target),
  'closed, in WAL mode': (live, target) => {
    exec(live, 'PRAGMA journal_mode=WAL');
    cpSync(live, target);
  },
  log: (live, target, random) => withLog(live, target, random, ['', '-wal', '-shm']),
  'log without its index': (live, target, random) => withLog(live, target, random, ['', '-wal']),
  'log that is empty': (live, target, random) => {
    withLog(live, target, random, ['']);
    writeFileSync(`${target}-wal`, '');
  },
  'log that is gone': (live, target, random) => withLog(live, target, random, ['']),
  'log that is half in the database': (live, target, random) =>
    withLog(live, target, random, ['', '-wal'], (database) => {
      database.exec('PRAGMA wal_checkpoint(PASSIVE)');
      change(database, random);
    }),
  'log that is cut off': (live, target, random) => {
    withLog(live, target, random, ['', '-wal']);
    truncateSync(`${target}-wal`, Math.floor(readFileSync(`${target}-wal`).length * random()));
  },
  'log with a broken frame': (live, target, random) => {
    withLog(live, target, random, ['', '-wal']);
    const log = readFileSync(`${target}-wal`);
    log[Math.floor(random() * log.length)] = Math.floor(random() * 256);
    writeFileSync(`${target}-wal`, log);
  },
  'log of another database': (live, target, random) => {
    const other = `${live}2`;
    cpSync(whole, other);
    withLog(other, `${target}2`, random, ['', '-wal']);
    exec(live, 'PRAGMA journal_mode=WAL');
    cpSync(live, target);
    cpSync(`${target}2-wal`, `${target}-wal`);
    for (const left of [other, `${other}-wal`, `${other}-shm`, `${target}2`, `${target}2-wal`])
      rmSync(left, { force: true });
  },
  'log beside a database that has none': (live, target, random) => {
    withLog(live, target, random, ['-wal']);
    exec(live, 'PRAGMA journal_mode=DELETE');
    cpSync(live, target);
  },
  'journal to be taken back': (live, target, random) => withJournal(live, target, random),
  'journal that is empty': (live, target) => {
    cpSync(live, target);
    writeFileSync(`${target}-journal`, '');
  },
  'journal that is done, its head zeros': (live, target, random) => {
    using database = new DatabaseSync(live, { enableForeignKeyConstraints: false });
    database.exec('PRAGMA journal_mode=PERSIST');
    change(database, random);
    cpSync(live, target);
    cpSync(`${live}-journal`, `${target}-journal`);
  },
  'journal that is cut off': (live, target, random) => {
    withJournal(live, target, random);
    truncateSync(`${target}-journal`, Math.floor(readFileSync(`${target}-journal`).length * random()));
  },
};

function exec(path: string, sql: string): void {
  using database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec(sql);
}

/** Copies while the writer still has it open. */
function withLog(
  live: string,
  target: string,
  random: Random,
  suffixes: readonly string[],
  more?: (database: DatabaseSync) => void,
): void {
  using database = new DatabaseSync(live, { enableForeignKeyConstraints: false });
  database.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0');
  change(database, random);
  more?.(database);
  for (const suffix of suffixes)
    if (existsSync(`${live}${suffix}`)) cpSync(`${live}${suffix}`, `${target}${suffix}`);
}

function withJournal(live: string, target: string, random: Random): void {
  using database = new DatabaseSync(live, { enableForeignKeyConstraints: false });
  database.exec('PRAGMA journal_mode=DELETE; PRAGMA cache_size=1; BEGIN IMMEDIATE');
  change(database, random);
  // The filler is so large that some of it reaches the database before the transaction ends, which it never does.
  database.exec('CREATE TABLE filler (x)');
  for (let row = 0; row < 40; row += 1) database.exec('INSERT INTO filler VALUES (randomblob(4000))');
  cpSync(live, target);
  cpSync(`${live}-journal`, `${target}-journal`);
  database.exec('ROLLBACK');
}

function writeMacros(root: string, place: string, random: Random, mayBeLess: boolean): void {
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const forms = [
    `%_dbpath /${place}\n`,
    `%_dbpath\t/${place}/\r\n`,
    `%there ${place}\n%_dbpath %{?nothing}/%{there}\n`,
    `%other() %{expand:\n%_dbpath /nowhere\n}\n  %_dbpath  /./${place}\n`,
  ];
  if (random() < 0.5 && mayBeLess) write('usr/lib/rpm/macros', '%_usr /usr\n');
  write('usr/lib/rpm/macros', `%_dbpath /nowhere\n`);
  write(
    pick(random, [
      'usr/lib/rpm/macros.d/macros.x',
      'usr/lib/rpm/redhat/macros',
      'etc/rpm/macros.x',
      'etc/rpm/macros',
    ]),
    pick(random, forms),
  );
}

/** What we find in an image whose only layer is the root. */
async function oursOf(root: string): Promise<readonly string[] | string> {
  const layer = `${root}.tar`;
  await run('tar', ['-cf', layer, '-C', root, '.']);
  const open = async function* () {
    yield readFileSync(layer);
  };
  await using rootfs = await readRootfs([{ name: 'the layer', open }], {
    wanted: wantedRpmFiles,
    likely: likelyRpmFile,
  });
  const installed = await readInstalled(rootfs);
  rmSync(layer);
  if (installed.kind !== 'read') return installed.kind === 'absent' ? 'none' : 'unreadable';
  return installed.rpms
    .map(({ name, epoch, version, release, arch }) => `${name}-${epoch}:${version}-${release}.${arch}`)
    .sort();
}

/** What rpm finds where its own macros lead to, in a copy of the root, since rpm may write. */
async function theirsOf(
  root: string,
  dbpath: string,
): Promise<{ readonly packages: readonly string[] | string; readonly isWhole: boolean }> {
  const copy = `${root}.copy`;
  cpSync(root, copy, { recursive: true });
  const macros = [
    'usr/lib/rpm/macros',
    'usr/lib/rpm/macros.d/macros.*',
    'usr/lib/rpm/redhat/macros',
    'etc/rpm/macros.*',
    'etc/rpm/macros',
  ];
  const paths = macros.map((path) => join(copy, path)).join(':');
  const { stdout } = await run('rpm', ['--macros', paths, '--eval', '%{?_dbpath}']);
  // Where nothing says it, rpm of Fedora would look in the first of the usual places.
  const said = stdout.trim() === '' ? dbpath : stdout.trim();
  // rpm -qa opens a database only to read it, and so rolls no journal back: the next writer does that, as here.
  const integrity = await run('sqlite3', [join(copy, said, 'rpmdb.sqlite'), 'PRAGMA integrity_check']).catch(
    () => ({ stdout: '' }),
  );
  const isWhole = integrity.stdout.trim() === 'ok';
  try {
    const query = ['-qa', '--qf', '%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH}\n'];
    const listed = await rpm(copy, said, query);
    const packages = listed.stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('gpg-pubkey-'))
      .sort();
    return { packages, isWhole };
  } catch {
    return { packages: 'unreadable', isWhole };
  } finally {
    rmSync(copy, { recursive: true });
  }
}
