import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '#lib/process';

/** Builds tiny packages, one for each name, that have no files; gives their paths. */
export async function makeRpms(directory: string, names: readonly string[]): Promise<readonly string[]> {
  const rpms = join(directory, 'rpms');
  for (const name of names) {
    const spec = join(directory, `${name}.spec`);
    writeFileSync(
      spec,
      `Name: ${name}
Version: 1.0~rc1
Release: 2.fc43
Epoch: ${name.length}
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
  }
  return names.map((name) => join(rpms, 'noarch', `${name}-1.0~rc1-2.fc43.noarch.rpm`));
}

/** Installs packages into a new root, in their database alone; gives the database's path. */
export async function installRpms(root: string, rpms: readonly string[]): Promise<string> {
  mkdirSync(root, { recursive: true });
  await rpm(root, '/db', ['-i', '--justdb', '--nodeps', '--noscripts', ...rpms]);
  return join(root, 'db/rpmdb.sqlite');
}

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
