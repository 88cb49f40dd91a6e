import { attacks } from '#test/attack';
import { bashRpm, itemsOf, layerOf, rpmdbPlace } from '#test/images/bootc-image';
import { rpmdbOf, rpmdbWithJournal, rpmdbWithLog } from '#test/images/rpmdb-files';

const check = 'packages-in-compose';
const says = /evil-0:1-1\.aarch64 is not in/;
const evil = { name: 'evil', version: '1', release: '1', arch: 'aarch64' } as const;
const good = rpmdbOf([bashRpm]).database;
const bad = rpmdbOf([bashRpm, evil]).database;
const share = 'usr/share/rpm/rpmdb.sqlite';
const macro = 'usr/lib/rpm/macros.d/macros.rpm-ostree';
const logOf = (rpm: typeof evil | typeof bashRpm) => rpmdbWithLog(rpm === evil ? [bashRpm] : [], [rpm]);
const journal = rpmdbWithJournal([bashRpm, evil], ['evil']);
const journalOfBash = rpmdbWithJournal([bashRpm], ['bash']);

attacks([
  {
    name: 'a package that is not in the compose',
    check,
    says,
    wrong: { files: { [rpmdbPlace]: bad } },
    twin: { files: { [rpmdbPlace]: good } },
  },
  {
    name: 'a package in the write-ahead log alone',
    check,
    says,
    wrong: { files: { [rpmdbPlace]: logOf(evil).database, [`${rpmdbPlace}-wal`]: logOf(evil).wal } },
    twin: withLog(),
  },
  {
    name: 'a log in another layer than its database',
    check,
    says,
    wrong: overLog(evil),
    twin: overLog(bashRpm),
  },
  {
    name: 'a log that is whited out takes its package with it',
    check,
    says: /no package is installed/,
    wrong: { ...withLog(), layers: [layerOf(itemsOf({ [`${directory()}/.wh.rpmdb.sqlite-wal`]: '' }))] },
    twin: withLog(),
  },
  {
    name: 'a package that the rollback journal brings back',
    check,
    says,
    wrong: { files: { [rpmdbPlace]: journal.database, [`${rpmdbPlace}-journal`]: journal.journal } },
    twin: {
      files: { [rpmdbPlace]: journalOfBash.database, [`${rpmdbPlace}-journal`]: journalOfBash.journal },
    },
  },
  {
    name: 'two databases, and %_dbpath names the other',
    check,
    says,
    wrong: { files: { [share]: bad, [macro]: '%_dbpath /usr/share/rpm\n' } },
    twin: { files: { [share]: bad, [macro]: '%_dbpath /usr/lib/sysimage/rpm\n' } },
  },
  {
    name: 'two databases, and nothing says which',
    check,
    says: /could not look: .* differ/,
    wrong: { files: { [share]: bad } },
    twin: { files: { [share]: good } },
  },
  {
    name: 'a database in a place of its own',
    check,
    says,
    wrong: { files: { [rpmdbPlace]: undefined, 'opt/db/rpmdb.sqlite': bad, [macro]: '%_dbpath /opt/db\n' } },
    twin: { files: { [rpmdbPlace]: undefined, 'opt/db/rpmdb.sqlite': good, [macro]: '%_dbpath /opt/db\n' } },
  },
  {
    name: 'a database behind a link',
    check,
    says,
    wrong: { files: { [rpmdbPlace]: '-> /usr/share/rpm/rpmdb.sqlite', [share]: bad } },
    twin: { files: { [rpmdbPlace]: '-> /usr/share/rpm/rpmdb.sqlite', [share]: good } },
  },
  {
    name: 'a database whose directory is a link',
    check,
    says,
    wrong: { files: { [rpmdbPlace]: undefined, [directory()]: '-> /usr/share/rpm', [share]: bad } },
    twin: { files: { [rpmdbPlace]: undefined, [directory()]: '-> /usr/share/rpm', [share]: good } },
  },
  {
    name: 'a database that is a hard link to an ostree object',
    check,
    says,
    wrong: object(bad),
    twin: object(good),
  },
  {
    name: 'no database',
    check,
    says: /there is no RPM database/,
    wrong: { files: { [rpmdbPlace]: undefined } },
    twin: { files: { [rpmdbPlace]: undefined, [share]: good } },
  },
  {
    name: 'a database that is none',
    check,
    says: /could not look: .*rpmdb\.sqlite/,
    wrong: { files: { [rpmdbPlace]: 'no database' } },
    twin: {},
  },
  {
    name: 'a database of Berkeley',
    check,
    says: /could not look: .*Berkeley DB/,
    wrong: { files: { [rpmdbPlace]: undefined, [`${directory()}/Packages`]: 'bdb' } },
    twin: { files: { [`${directory()}/.rpm.lock`]: '' } },
  },
  {
    name: 'a database that a later layer replaces',
    check,
    says,
    wrong: { layers: [layerOf(itemsOf({ [rpmdbPlace]: bad }))] },
    twin: { files: { [rpmdbPlace]: bad }, layers: [layerOf(itemsOf({ [rpmdbPlace]: good }))] },
  },
]);

function directory(): string {
  return rpmdbPlace.slice(0, rpmdbPlace.lastIndexOf('/'));
}

function withLog() {
  return { files: { [rpmdbPlace]: logOf(bashRpm).database, [`${rpmdbPlace}-wal`]: logOf(bashRpm).wal } };
}

function overLog(rpm: typeof evil | typeof bashRpm) {
  const { database, wal } = logOf(rpm);
  return { files: { [rpmdbPlace]: database }, layers: [layerOf(itemsOf({ [`${rpmdbPlace}-wal`]: wal }))] };
}

function object(database: Buffer) {
  const path = 'sysroot/ostree/repo/objects/bb/2.file';
  return {
    layers: [
      layerOf([
        { path, content: database },
        { path: rpmdbPlace, flag: '1', link: path },
      ]),
    ],
  };
}
