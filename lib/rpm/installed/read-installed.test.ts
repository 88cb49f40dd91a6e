import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type File, imageOf, text } from '#test/images/image-files';
import { installRpms, makeRpms } from '#test/images/rpmdb';
import { readInstalled } from './read-installed.ts';

const SYSIMAGE = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
const SHARE = 'usr/share/rpm/rpmdb.sqlite';
const MACROS = 'usr/lib/rpm/macros';

let directory: string;
/** Databases of alpha alone, and of alpha and beta. */
let one: string;
let two: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'installed-'));
  const rpms = await makeRpms(directory, ['alpha', 'beta']);
  one = await installRpms(join(directory, 'one'), rpms.slice(0, 1));
  two = await installRpms(join(directory, 'two'), rpms);
});
afterAll(() => rmSync(directory, { recursive: true }));

test('no database is no packages', async () => {
  expect(await readInstalled(imageOf({ [MACROS]: text('%_dbpath /usr/share/rpm') }))).toEqual({
    kind: 'absent',
  });
});

test('where there is none anywhere, it need not be told where it would be', async () => {
  const debian = text("%_dbpath %(bash -c 'echo ~/.rpmdb')\n");

  expect(await readInstalled(imageOf({ [MACROS]: debian }))).toEqual({ kind: 'absent' });
  expect(
    await readInstalled(imageOf({ [MACROS]: debian, 'root/.rpmdb/rpmdb.sqlite': { file: one } })),
  ).toEqual({
    kind: 'unreadable',
    why: expect.stringContaining('is more than names and text'),
  });
});

test.for([SYSIMAGE, SHARE, 'var/lib/rpm/rpmdb.sqlite'])('reads the database in %s', async (path) => {
  expect(await namesOf({ [path]: { file: two } })).toEqual(['alpha', 'beta']);
});

test('%_dbpath counts, in every file that rpm reads, the last one of them', async () => {
  const databases = { [SYSIMAGE]: { file: one }, [SHARE]: { file: two } };
  const share = text('%_dbpath /usr/share/rpm\n');
  const sysimage = text('%_usr /usr\n%_dbpath %{_usr}/lib/sysimage/rpm\n');

  expect(await namesOf({ ...databases, [MACROS]: share })).toEqual(['alpha', 'beta']);
  expect(await namesOf({ ...databases, [MACROS]: sysimage })).toEqual(['alpha']);
  for (const last of [
    'usr/lib/rpm/macros.d/macros.rpm-ostree',
    'usr/lib/rpm/fileattrs/x.attr',
    'usr/lib/rpm/redhat/macros',
    'etc/rpm/macros.x',
    'etc/rpm/macros',
    'root/.rpmmacros',
    'root/.config/rpm/macros',
  ]) {
    expect([last, await namesOf({ ...databases, [MACROS]: sysimage, [last]: share })]).toEqual([
      last,
      ['alpha', 'beta'],
    ]);
  }
  for (const ignored of [
    'usr/lib/rpm/macros.d/macros.x.rpmsave',
    'usr/lib/rpm/macros.d/macros.x~',
    'usr/lib/rpm/macros.d/x',
    'etc/rpm/other',
  ]) {
    expect(await namesOf({ ...databases, [MACROS]: sysimage, [ignored]: share })).toEqual(['alpha']);
  }
});

test('%_dbpath may lead through links, and anywhere', async () => {
  const link = { ...text('%_dbpath /var/lib/rpm\n') };
  const files = {
    'opt/db/rpmdb.sqlite': { file: two },
    'var/lib/rpm': { link: '../../opt/db' },
    [MACROS]: link,
  };

  expect(await namesOf(files)).toEqual(['alpha', 'beta']);
  expect(
    await namesOf({ 'opt/db/rpmdb.sqlite': { file: two }, [MACROS]: text('%_dbpath //opt/./db/\n') }),
  ).toEqual(['alpha', 'beta']);
});

test('%_dbpath may be a place in /var that only the machine links to the database', async () => {
  expect(await namesOf({ [SHARE]: { file: two }, [MACROS]: text('%_dbpath /var/lib/rpm\n') })).toEqual([
    'alpha',
    'beta',
  ]);
});

test('the same database under two names is one', async () => {
  expect(
    await namesOf({ [SHARE]: { file: two }, 'usr/lib/sysimage/rpm': { link: '../../share/rpm' } }),
  ).toEqual(['alpha', 'beta']);
  expect(await namesOf({ [SHARE]: { file: two }, [SYSIMAGE]: { file: two } })).toEqual(['alpha', 'beta']);
});

test('two that differ are unreadable where nothing says which one counts', async () => {
  const found = await readInstalled(imageOf({ [SHARE]: { file: two }, [SYSIMAGE]: { file: one } }));

  expect(found).toEqual({
    kind: 'unreadable',
    why: `/${SYSIMAGE} and /${SHARE} differ, and nothing says which one counts (%_dbpath)`,
  });
});

test.for([
  [
    'a database that was not read',
    { [SHARE]: undefined },
    '/usr/share/rpm/rpmdb.sqlite cannot be read: it is too large',
  ],
  [
    'a log that was not read',
    { [SHARE]: 'one', [`${SHARE}-wal`]: undefined },
    '/usr/share/rpm/rpmdb.sqlite-wal cannot be read: it is too large',
  ],
  [
    'a Berkeley DB',
    { 'var/lib/rpm/Packages': '' },
    '/var/lib/rpm/Packages is a Berkeley DB, which is not read',
  ],
  [
    'something else than a database',
    { [SHARE]: 'text' },
    'cannot read the RPM database /usr/share/rpm/rpmdb.sqlite: ',
  ],
] as const)('%s is unreadable, and said', async ([, files, why]) => {
  const image = Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      content === undefined
        ? { unreadable: 'it is too large' }
        : content === 'one'
          ? { file: one }
          : text(content),
    ]),
  );

  expect(await readInstalled(imageOf(image))).toEqual({
    kind: 'unreadable',
    why: expect.stringContaining(why),
  });
});

test('what an image calls its files is told on one line', async () => {
  const macros = text('%_dbpath /opt/\u001b]0;x\u0007%{nothing}\n');
  const { why } = (await readInstalled(
    imageOf({ [SHARE]: { file: one }, 'etc/rpm/macros.\nx': macros }),
  )) as { readonly why: string };

  expect(why).toBe('%_dbpath of /etc/rpm/macros.\\nx cannot be told: nothing defines %nothing');
  const other = { 'opt/\u001b/Packages': text(''), [MACROS]: text('%_dbpath /opt/\u001b\n') };
  expect(await readInstalled(imageOf(other))).toEqual({
    kind: 'unreadable',
    why: expect.stringContaining('the RPM database /opt/\\u001b/Packages is a Berkeley DB'),
  });
});

test('sqlite counts where an older database lies beside it, as for rpm', async () => {
  expect(await namesOf({ [SHARE]: { file: one }, 'usr/share/rpm/Packages': text('') })).toEqual(['alpha']);
  const sqlite = text('%_db_backend sqlite\n');
  expect(
    await namesOf({ [SHARE]: { file: one }, 'usr/share/rpm/Packages': text(''), [MACROS]: sqlite }),
  ).toEqual(['alpha']);
});

test('a log that is a link is unreadable, as sqlite opens none; a database that is one has its log beside its target', async () => {
  const { database, wal } = await withLog();
  const files = { [SHARE]: { file: database }, 'usr/share/rpm/log': { file: wal } };

  expect(await namesOf({ ...files, [`${SHARE}-wal`]: { file: wal } })).toEqual(['beta']);
  expect(await readInstalled(imageOf({ ...files, [`${SHARE}-wal`]: { link: 'log' } }))).toEqual({
    kind: 'unreadable',
    why: `/${SHARE}-wal is a symlink`,
  });
  expect(
    await namesOf({
      'opt/a': { file: database },
      'opt/a-wal': { file: wal },
      [SHARE]: { link: '/opt/a' },
      [`${SHARE}-wal`]: { file: wal },
    }),
  ).toEqual(['beta']);
  expect(
    await namesOf({
      'opt/a': { file: database },
      [SHARE]: { link: '/opt/a' },
      [`${SHARE}-wal`]: { file: wal },
    }),
  ).toEqual(['alpha', 'beta']);
});

/** A database of alpha and beta, with a log that takes alpha away. */
async function withLog() {
  const place = join(directory, 'log');
  mkdirSync(place, { recursive: true });
  const live = join(place, 'live');
  cpSync(two, live);
  using database = new DatabaseSync(live);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=OFF');
  database.exec("DELETE FROM Packages WHERE instr(blob, CAST('alpha' AS BLOB)) > 0");
  cpSync(live, join(place, 'db'));
  cpSync(`${live}-wal`, join(place, 'db-log'));
  return { database: join(place, 'db'), wal: join(place, 'db-log') };
}

async function namesOf(files: Readonly<Record<string, File>>) {
  const found = await readInstalled(imageOf(files));
  return found.kind === 'read' ? found.rpms.map(({ name }) => name) : found;
}
