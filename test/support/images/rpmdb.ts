import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '#lib/process';

export interface TinyRpm {
  readonly name: string;
  readonly version: string;
  /** It has none unless it is said. */
  readonly epoch?: number;
}

/** Builds tiny packages that have no files, of names alone with an epoch and a version like `1.0~rc1`; gives their paths. */
export async function makeRpms(
  directory: string,
  packages: readonly (string | TinyRpm)[],
): Promise<readonly string[]> {
  const rpms = join(directory, 'rpms');
  const made: string[] = [];
  for (const one of packages) {
    const { name, version, epoch } =
      typeof one === 'string' ? { name: one, version: '1.0~rc1', epoch: one.length } : one;
    const spec = join(directory, `${name}.spec`);
    writeFileSync(
      spec,
      `Name: ${name}
Version: ${version}
Release: 2.fc43
${epoch === undefined ? '' : `Epoch: ${epoch}`}
Summary: A test
License: MIT
BuildArch: noarch
%description
A test.
%files
`,
    );
    const define = (macro: string) => ['--define', macro];
    await run('rpmbuild', [
      '-bb',
      ...define(`_topdir ${directory}/build`),
      ...define(`_rpmdir ${rpms}`),
      spec,
    ]);
    made.push(join(rpms, 'noarch', `${name}-${version}-2.fc43.noarch.rpm`));
  }
  return made;
}

/** Installs packages into a new root, in their database alone; gives the database's path. */
export async function installRpms(root: string, rpms: readonly string[]): Promise<string> {
  mkdirSync(root, { recursive: true });
  await rpm(root, '/db', ['-i', '--justdb', '--nodeps', '--noscripts', ...rpms]);
  return join(root, 'db/rpmdb.sqlite');
}

/** Imports a key, which rpm keeps among the packages. */
export async function importKey(root: string): Promise<void> {
  const file = join(root, 'key.asc');
  writeFileSync(file, KEY);
  await rpm(root, '/db', ['--import', file]);
}

/** Made for this test; nobody has its other half. */
const KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawhF6BYJKwYBBAHaRw8BAQdAaUsLCTTOnPAZXwd5lIGiuO3SsJtryJ4+Kt40
O8RyZXy0FkEgdGVzdCA8YUBleGFtcGxlLm9yZz6IkAQTFggAOBYhBP7MiREakoiZ
8wnPoRbJxdvrl9XLBQJrCEXoAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJ
EBbJxdvrl9XLcd8A/0O1kQ3c9wZSe0QB7m1yEDn9a0nn4XxQ5/tMpuE3yS95AQCR
HmBg1Z0k+HOXsICLDm7Dx42V9e6N3eZH17I4OKY1CQ==
=Tefs
-----END PGP PUBLIC KEY BLOCK-----
`;

/** rpm itself, on a root; it may write there. */
export function rpm(root: string, dbpath: string, args: readonly string[]) {
  return run('rpm', [
    '--root',
    root,
    '--define',
    `_dbpath ${dbpath}`,
    '--define',
    '_db_backend sqlite',
    ...args,
  ]);
}
