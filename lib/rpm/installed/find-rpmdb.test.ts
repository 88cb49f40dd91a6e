import { expect, test } from 'vitest';
import { type File, imageOf, text } from '#test/images/image-files';
import { limits } from '../limits.ts';
import { findRpmdbs } from './find-rpmdb.ts';
import { likelyRpmFile, wantedRpmFiles } from './wanted-rpm-files.ts';

const SYSIMAGE = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
const SHARE = 'usr/share/rpm/rpmdb.sqlite';
const MACROS = 'usr/lib/rpm/macros';
const database = text('');

/** Where databases are found. */
function find(files: Readonly<Record<string, File>>): readonly string[] {
  return findRpmdbs(imageOf(files)).map((place) => place.database);
}

test('without a database there is none, whatever the macros say', () => {
  expect(find({ [MACROS]: text("%_dbpath %(bash -c 'echo ~/.rpmdb')\n") })).toEqual([]);
  expect(find({ 'usr/share/rpm/rpmdb.sqlite-wal': database })).toEqual([]);
});

test.for([SYSIMAGE, SHARE, 'var/lib/rpm/rpmdb.sqlite'])('one in %s is found', (path) => {
  expect(find({ [path]: database })).toEqual([path]);
});

test('nobody looks elsewhere than where it is said, and where it is usual', () => {
  expect(find({ 'opt/rpmdb.sqlite': database })).toEqual([]);
  expect(find({ 'opt/rpmdb.sqlite': database, [MACROS]: text('%_dbpath /opt\n') })).toEqual([
    'opt/rpmdb.sqlite',
  ]);
  expect(
    find({ [SHARE]: database, 'opt/rpmdb.sqlite': database, [MACROS]: text('%_dbpath //opt/\n') }),
  ).toEqual(['opt/rpmdb.sqlite']);
});

test('several are found, the usual places in their order, and one under two names once', () => {
  expect(find({ [SHARE]: database, [SYSIMAGE]: database })).toEqual([SYSIMAGE, SHARE]);
  expect(find({ [SHARE]: database, 'usr/lib/sysimage/rpm': { link: '../../share/rpm' } })).toEqual([SHARE]);
});

test.for([
  'usr/lib/rpm/macros.d/macros.rpm-ostree',
  'usr/lib/rpm/fileattrs/x.attr',
  'usr/lib/rpm/redhat/macros',
  'etc/rpm/macros.x',
  'etc/rpm/macros',
  'root/.rpmmacros',
  'root/.config/rpm/macros',
])('%s counts after the macros that come before it', (last) => {
  const macros = {
    [MACROS]: text('%_dbpath /usr/lib/sysimage/rpm\n'),
    [last]: text('%_dbpath /usr/share/rpm\n'),
  };

  expect(find({ [SHARE]: database, [SYSIMAGE]: database, ...macros })).toEqual([SHARE]);
});

test('macro files are read in one order', () => {
  const order = [
    MACROS,
    'usr/lib/rpm/macros.d/macros.a',
    'usr/lib/rpm/macros.d/macros.b',
    'usr/lib/rpm/fileattrs/x.attr',
    'usr/lib/rpm/redhat/macros',
    'etc/rpm/macros.x',
    'etc/rpm/macros',
    'root/.config/rpm/macros',
  ];
  for (const [at, path] of order.entries()) {
    const said = order
      .slice(0, at + 1)
      .map((one) => [one, text(`%_dbpath /opt/${one === path ? 'last' : 'no'}\n`)]);

    expect([path, find({ 'opt/last/rpmdb.sqlite': database, ...Object.fromEntries(said) })]).toEqual([
      path,
      ['opt/last/rpmdb.sqlite'],
    ]);
  }
});

test.for([
  'usr/lib/rpm/macros.d/macros.x.rpmsave',
  'usr/lib/rpm/macros.d/macros.x.rpmnew',
  'usr/lib/rpm/macros.d/macros.x.rpmorig',
  'usr/lib/rpm/macros.d/macros.x~',
  'usr/lib/rpm/macros.d/x',
  'usr/lib/rpm/macros.d/xmacros.x',
  'usr/lib/rpm/fileattrs/.x.attr',
  'usr/lib/rpm/fileattrs/x.attribute',
  'etc/rpm/other',
  'root/macros',
])('%s is no macro file', (ignored) => {
  const macros = { [MACROS]: text('%_dbpath /usr/share/rpm\n'), [ignored]: text('%_dbpath /opt\n') };

  expect(find({ [SHARE]: database, 'opt/rpmdb.sqlite': database, ...macros })).toEqual([SHARE]);
});

test('a macro file that rpm reads with others of its place counts where it is only in a name', () => {
  const kept = {
    [MACROS]: text('%_dbpath /opt\n'),
    'usr/lib/rpm/macros.d/macros.rpmsave-x': text('%_x 1\n'),
  };

  expect(find({ 'opt/rpmdb.sqlite': database, ...kept })).toEqual(['opt/rpmdb.sqlite']);
});

test('where a user has a directory for macros, their old file does not count', () => {
  const files = {
    [SHARE]: database,
    'root/.rpmmacros': text('%_dbpath /opt\n'),
    'root/.config/rpm/macros': text('%_dbpath /usr/share/rpm\n'),
  };

  expect(find(files)).toEqual([SHARE]);
});

test('macros of single targets count where they say the same', () => {
  const files = {
    [SHARE]: database,
    [MACROS]: text('%_dbpath /usr/share/rpm\n'),
    'usr/lib/rpm/platform/x86_64-linux/macros': text('%_x 1\n'),
    'usr/lib/rpm/suse/macros': text('%_dbpath /usr/share/rpm\n'),
  };

  expect(find(files)).toEqual([SHARE]);
});

test('a place in /var may be one that only the machine links to the database', () => {
  for (const path of ['/var/lib/rpm', '/var/lib/rpm/'])
    expect(find({ [SHARE]: database, [MACROS]: text(`%_dbpath ${path}\n`) })).toEqual([SHARE]);
});

test('a log and a journal lie beside the database itself', () => {
  const files = {
    [SHARE]: { link: '/opt/a' },
    'opt/a': database,
    'opt/a-wal': database,
    'opt/a-journal': database,
    [`${SHARE}-wal`]: database,
  };

  expect(findRpmdbs(imageOf(files))).toEqual([
    { database: 'opt/a', wal: 'opt/a-wal', journal: 'opt/a-journal' },
  ]);
  expect(findRpmdbs(imageOf({ [SHARE]: database }))).toEqual([
    { database: SHARE, wal: undefined, journal: undefined },
  ]);
});

test.for<[string, Readonly<Record<string, File>>]>([
  ['/usr/share/rpm/rpmdb.sqlite leads nowhere', { [SHARE]: { link: 'nowhere' } }],
  ['/usr/share/rpm/rpmdb.sqlite-wal is a symlink', { [SHARE]: database, [`${SHARE}-wal`]: { link: 'x' } }],
  [
    '/usr/share/rpm/rpmdb.sqlite-journal is a symlink',
    { [SHARE]: database, [`${SHARE}-journal`]: { link: 'x' } },
  ],
  [
    "the image's macros say that its RPM database is in /opt/db, where there is none, and there is one at /usr/share/rpm/rpmdb.sqlite",
    { [SHARE]: database, [MACROS]: text('%_dbpath /opt/db\n') },
  ],
  [
    '%_dbpath of /usr/lib/rpm/macros cannot be told: "%(echo /usr/share/rpm)" is more than names and text',
    { [SHARE]: database, [MACROS]: text('%_dbpath %(echo /usr/share/rpm)\n') },
  ],
  [
    '%_dbpath is "usr/share/rpm", which is no absolute path',
    { [SHARE]: database, [MACROS]: text('%_dbpath usr/share/rpm\n') },
  ],
  [
    '%_dbpath cannot be told: /usr/lib/rpm/platform/x86_64-linux/macros counts on some machines alone',
    { [SHARE]: database, 'usr/lib/rpm/platform/x86_64-linux/macros': text('%_dbpath /usr/share/rpm\n') },
  ],
  [
    '%_dbpath cannot be told: /etc/rpm/s390x-linux/macros counts on some machines alone',
    {
      [SHARE]: database,
      [MACROS]: text('%_x /usr\n%_dbpath %_x/share/rpm\n'),
      'etc/rpm/s390x-linux/macros': text('%_x /opt\n'),
    },
  ],
  [
    '%_db_backend cannot be told: /usr/lib/rpm/suse/macros counts on some machines alone',
    { [SHARE]: database, 'usr/lib/rpm/suse/macros': text('%_db_backend ndb\n') },
  ],
  [
    'the macro file /usr/lib/rpm/macros cannot be read: it is too large',
    { [SHARE]: database, [MACROS]: { unreadable: 'it is too large' } },
  ],
  [
    "the RPM database /var/lib/rpm/Packages is a Berkeley DB, which is not read: only sqlite's are",
    { 'var/lib/rpm/Packages': database },
  ],
  [
    'the RPM database /usr/share/rpm/Packages.db is an ndb database, which is not read',
    { 'usr/share/rpm/Packages.db': database },
  ],
  ['Packages.db is an ndb database', { 'opt/Packages.db': database, [MACROS]: text('%_dbpath /opt\n') }],
  ...(['ndb', 'bdb_ro', 'bdb'] as const).map((backend): [string, Record<string, File>] => {
    const file = backend === 'ndb' ? 'Packages.db' : 'Packages';
    return [
      `the RPM database /usr/share/rpm/${file} is `,
      {
        [SHARE]: database,
        [`usr/share/rpm/${file}`]: database,
        [MACROS]: text(`%_db_backend ${backend}\n`),
      },
    ];
  }),
])('%s', ([message, files]) => {
  expect(() => find(files)).toThrow(message);
});

test('sqlite counts where an older database lies beside it, unless the macros say otherwise', () => {
  const older = { [SHARE]: database, 'usr/share/rpm/Packages': database };

  expect(find(older)).toEqual([SHARE]);
  expect(find({ ...older, [MACROS]: text('%_db_backend sqlite\n') })).toEqual([SHARE]);
});

test('so many macro files are read, and not one more', () => {
  const macros = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`etc/rpm/macros.${index}`, text('%_x 1\n')]),
    );

  expect(find({ [SHARE]: database, ...macros(limits.macroFiles) })).toEqual([SHARE]);
  expect(() => find({ [SHARE]: database, ...macros(limits.macroFiles + 1) })).toThrow(
    `there are ${limits.macroFiles + 1} macro files, more than ${limits.macroFiles}`,
  );
});

test('what is wanted is what is read, and most of it is likely', () => {
  const image = imageOf({
    [MACROS]: text('x'),
    'etc/rpm/macros.a': text('x'),
    'usr/lib/rpm/platform/x86_64-linux/macros': text('x'),
    [SHARE]: text('x'),
    'opt/rpmdb.sqlite': text('x'),
    'usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite': text('x'),
  });

  const wanted = [...wantedRpmFiles(image)];

  expect(wanted).toEqual([
    [MACROS, 'content'],
    ['etc/rpm/macros.a', 'content'],
    ['usr/lib/rpm/platform/x86_64-linux/macros', 'content'],
    ...[SHARE, 'opt/rpmdb.sqlite'].flatMap((path) =>
      ['', '-wal', '-journal'].map((suffix) => [`${path}${suffix}`, 'spool']),
    ),
  ]);
  for (const [path, want] of wanted.slice(0, 6)) expect([path, likelyRpmFile(path)]).toEqual([path, want]);
  expect(likelyRpmFile('usr/lib/os-release')).toBeUndefined();
});

test('of databases elsewhere sixteen are wanted', () => {
  const many = Array.from({ length: 20 }, (_, index) => [
    `opt/${String(index).padStart(2, '0')}/rpmdb.sqlite`,
    text(''),
  ]);
  const wanted = [...wantedRpmFiles(imageOf({ [SHARE]: text(''), ...Object.fromEntries(many) }))].map(
    ([path]) => path,
  );

  expect(wanted).toHaveLength((1 + 16) * 3);
  expect(wanted).toContain('opt/15/rpmdb.sqlite');
  expect(wanted).not.toContain('opt/16/rpmdb.sqlite');
});

test.for([
  [SHARE, 'spool'],
  [`${SHARE}-wal`, 'spool'],
  [`${SHARE}-journal`, 'spool'],
  [`x/${SHARE}`, undefined],
  ['opt/rpmdb.sqlite', undefined],
  ['usr/lib/rpm/macros', 'content'],
  ['usr/lib/rpm/redhat/macros', 'content'],
  ['usr/lib/rpm/macros.d/macros.x', 'content'],
  ['usr/lib/rpm/fileattrs/x.attr', 'content'],
  ['etc/rpm/macros.x', 'content'],
  ['x/etc/rpm/macros', undefined],
  ['etc/rpm/macros/x', undefined],
  ['etc/rpm/amacros', undefined],
  ['etc/rpm/x.attr.old', undefined],
] as const)('%s is likely %s', ([path, want]) => {
  expect(likelyRpmFile(path)).toBe(want);
});
