import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { formatNevra } from './nevra.ts';
import { readRpmHeader } from './rpm-header.ts';
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

test('says of a file that is no database which it is', async () => {
  const path = join(directory, 'broken.sqlite');
  writeFileSync(path, 'no database');

  await expect(readRpmdb(path)).rejects.toThrow(`cannot read the RPM database ${path}`);
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
