import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { formatNevra } from './nevra.ts';
import { InvalidRpmHeaderError, readRpmHeader } from './rpm-header.ts';
import { readRpmdb } from './rpmdb.ts';

let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rpmdb-'));
  const spec = (name: string, epoch: string) => `Name: ${name}
Version: 1.0~rc1
Release: 2.fc43
${epoch}
Summary: A test
License: MIT
BuildArch: noarch
%description
A test.
%files
`;
  for (const [name, epoch] of [
    ['alpha', 'Epoch: 3'],
    ['beta', ''],
  ] as const) {
    const file = join(directory, `${name}.spec`);
    writeFileSync(file, spec(name, epoch));
    await run('rpmbuild', [
      '-bb',
      '--define',
      `_topdir ${directory}/build`,
      '--define',
      `_rpmdir ${directory}/rpms`,
      file,
    ]);
  }
  mkdirSync(join(directory, 'root'));
  await rpm(
    '-i',
    '--nodeps',
    ...['alpha', 'beta'].map((name) => join(directory, 'rpms/noarch', `${name}-1.0~rc1-2.fc43.noarch.rpm`)),
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

test('reads what rpm says is installed', async () => {
  const packages = await readRpmdb(join(directory, 'root/db/rpmdb.sqlite'));

  const { stdout } = await rpm(
    '-qa',
    '--qf',
    '%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH} %{SOURCERPM}\n',
  );
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

test.for([[new Uint8Array(3)], [Buffer.from('00000001ffffffff', 'hex')], [new Uint8Array(8)]] as const)(
  'refuses a header that is cut off',
  ([blob]) => {
    expect(() => readRpmHeader(blob)).toThrow('an RPM header');
  },
);

function rpm(...args: string[]) {
  return run('rpm', [
    '--root',
    join(directory, 'root'),
    '--define',
    '_dbpath /db',
    '--define',
    '_db_backend sqlite',
    ...args,
  ]);
}

test('a damaged header is refused or read, never worse', () => {
  const header = headerOf({ 1000: 'bash', 1001: '5.3.0', 1002: '1.fc43', 1022: 's390x' });
  const damage = fc.array(fc.tuple(fc.nat(header.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(damage, fc.nat(header.length), (bytes, length) => {
      const blob = Buffer.from(header.subarray(0, length));
      for (const [at, byte] of bytes) if (at < length) blob[at] = byte;
      try {
        expect(readRpmHeader(blob).name).not.toBe('');
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidRpmHeaderError);
      }
    }),
    { numRuns: 500 },
  );
});

/** A header of texts alone, as rpm lays it out. */
function headerOf(texts: Readonly<Record<number, string>>): Buffer {
  const entries = Object.entries(texts);
  const data = Buffer.from(entries.map(([, text]) => `${text}\0`).join(''));
  const index = Buffer.alloc(8 + entries.length * 16);
  index.writeUInt32BE(entries.length, 0);
  index.writeUInt32BE(data.length, 4);
  let offset = 0;
  for (const [at, [tag, text]] of entries.entries()) {
    for (const [field, value] of [Number(tag), 6, offset, 1].entries()) {
      index.writeUInt32BE(value, 8 + at * 16 + field * 4);
    }
    offset += text.length + 1;
  }
  return Buffer.concat([index, data]);
}
