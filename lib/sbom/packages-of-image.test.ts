import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createMemoryTarget, type LayerFile, packLayer, pushImage, readImage } from '#lib/oci';
import { run } from '#lib/process';
import { installRpms, makeRpms } from '#test/images/rpmdb';
import { InvalidPackageListError, packagesOfImage } from './index.ts';

const release: LayerFile = { path: 'usr/lib/os-release', content: 'ID=fedora\nVERSION_ID=43\n' };

test('reads the packages of an rpm database, the epoch apart', async () => {
  const packages = await packagesOf([
    release,
    { path: 'usr/share/rpm/rpmdb.sqlite', content: await rpmdb() },
  ]);

  expect(packages).toEqual([
    {
      name: 'alpha',
      version: '1.0-2.fc43',
      license: 'MIT',
      purl: 'pkg:rpm/fedora/alpha@1.0-2.fc43?arch=noarch&distro=fedora-43&epoch=3',
    },
  ]);
});

test('reads what dpkg says is installed, and not what was removed', async () => {
  const status = `Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u10

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
`;
  const debian: LayerFile = { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' };

  const packages = await packagesOf([debian, { path: 'var/lib/dpkg/status', content: status }]);

  expect(packages).toEqual([
    {
      name: 'libc6',
      version: '2.36-9+deb12u10',
      purl: 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12',
    },
  ]);
});

test('agrees with the dpkg of this machine, where it has one', async (context) => {
  const status = await readFile('/var/lib/dpkg/status').catch(() => context.skip('this machine has no dpkg'));

  const packages = await packagesOf([{ path: 'var/lib/dpkg/status', content: status }]);

  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's placeholders.
  const format = ['-W', '-f', '${db:Status-Status} ${Package} ${Version}\n'];
  const theirs = execFileSync('dpkg-query', format, { encoding: 'utf8' })
    .split('\n')
    .filter((line) => /^(?:installed|unpacked|half-configured|triggers-\w+) /.test(line))
    .map((line) => line.replace(/^\S+ /, ''));
  expect(packages.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(theirs.sort());
});

test('reads what stands in the log of the database alone', async () => {
  const files = await rpmdb();
  const directory = await mkdtemp(join(tmpdir(), 'sbom-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const live = join(directory, 'live');
  await writeFile(live, files);
  const { DatabaseSync } = await import('node:sqlite');
  using database = new DatabaseSync(live);
  const [row] = database.prepare('SELECT hnum, blob FROM Packages').all();
  database.exec('PRAGMA foreign_keys=OFF; DELETE FROM Packages; PRAGMA wal_checkpoint(TRUNCATE)');
  database.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0');
  const insert = database.prepare('INSERT INTO Packages VALUES (?, ?)');
  insert.run(row?.hnum ?? 0, row?.blob ?? null);
  const main = { path: 'usr/lib/sysimage/rpm/rpmdb.sqlite', content: await readFile(live) };
  const log = { path: 'usr/lib/sysimage/rpm/rpmdb.sqlite-wal', content: await readFile(`${live}-wal`) };

  const names = async (...layers: readonly (readonly LayerFile[])[]) =>
    (await packagesOf(...layers)).map(({ name }) => name);
  expect(await names([release, main])).toEqual([]);
  expect(await names([release, main, log])).toEqual(['alpha']);
  // A log counts from whichever layer it comes.
  expect(await names([main], [log])).toEqual(['alpha']);
  expect(await names([log], [main])).toEqual(['alpha']);
  expect(await names([main, log], [{ path: `usr/lib/sysimage/rpm/.wh.rpmdb.sqlite-wal` }])).toEqual([]);
  expect(await names([main, log], [{ path: 'usr/lib/sysimage/rpm/.wh..wh..opq' }, main])).toEqual([]);
});

test('reads the files of a distroless image', async () => {
  const base: LayerFile = {
    path: 'var/lib/dpkg/status.d/base',
    content: 'Package: base-files\nVersion: 12\nArchitecture: amd64\n',
  };
  const sums: LayerFile = { path: 'var/lib/dpkg/status.d/base.md5sums', content: 'x' };

  expect((await packagesOf([base, sums])).map(({ name }) => name)).toEqual(['base-files']);
});

test.for([
  [
    'a broken rpm database',
    { path: 'usr/share/rpm/rpmdb.sqlite', content: 'x' },
    'cannot read the RPM database /usr/share/rpm/rpmdb.sqlite',
  ],
  [
    'an older kind of rpm database',
    { path: 'var/lib/rpm/Packages', content: 'x' },
    'is a Berkeley DB, which is not read',
  ],
  [
    'a list of dpkg that is too large',
    { path: 'var/lib/dpkg/status', content: Buffer.alloc(32 * 1024 * 1024 + 1, '\n') },
    `"/var/lib/dpkg/status" cannot be read: it has 33554433 bytes`,
  ],
  [
    'a list of dpkg that is cut off',
    { path: 'var/lib/dpkg/status', content: 'Package: a\nStatus: install ok installed\n' },
    'a package of it has no Version',
  ],
  [
    'a list of dpkg that is something else',
    { path: 'var/lib/dpkg/status', content: 'x' },
    'a package of it has no Package',
  ],
  [
    'a directory for os-release',
    { path: 'usr/lib/os-release/x', content: 'x' },
    '"/usr/lib/os-release" cannot be read: it is a directory',
  ],
  [
    'a list of another package manager',
    { path: 'lib/apk/db/installed', content: 'x' },
    '/lib/apk/db/installed, that is not read',
  ],
] as const)('%s is an error, not a short list', async ([, file, message]) => {
  const list = packagesOf([file]);

  await expect(list).rejects.toThrow(InvalidPackageListError);
  await expect(list).rejects.toThrow(message);
});

test('layers that the configuration does not name are an error', async () => {
  const target = createMemoryTarget();
  const config = { os: 'linux', architecture: 'amd64' };
  await pushImage(target, { config, layers: [await packLayer([release])], tags: ['latest'] });
  const image = await readImage(target, 'latest');
  const manifest = { ...image.manifest, layers: [...image.manifest.layers, ...image.manifest.layers] };

  await expect(packagesOfImage(target, { ...image, manifest })).rejects.toThrow(
    'the manifest has 2 layers, the configuration 1 diff_ids',
  );
});

test('reads what dpkg had not yet put into its list, as dpkg does', async () => {
  const paragraph = (name: string, status: string, version: string) =>
    `Package: ${name}\nStatus: ${status}\nMaintainer: a <a@b>\nArchitecture: all\nVersion: ${version}\nDescription: x\n\n`;
  const files = {
    status: `${paragraph('one', 'install ok installed', '1')}${paragraph('two', 'install ok installed', '1')}`,
    'updates/0000': paragraph('three', 'install ok installed', '3'),
    'updates/0001': paragraph('one', 'deinstall ok config-files', '1'),
    'updates/0002': paragraph('two', 'install ok installed', '2'),
    'updates/tmp.i': 'x',
  };
  const directory = await mkdtemp(join(tmpdir(), 'sbom-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await Promise.all(['updates', 'info'].map((name) => mkdir(join(directory, name))));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);

  const packages = await packagesOf(
    Object.entries(files).map(([name, content]) => ({ path: `var/lib/dpkg/${name}`, content })),
  );

  const list = packages.map(({ name, version }) => `${name} ${version}`);
  expect(list).toEqual(['three 3', 'two 2']);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's placeholders.
  const format = ['-W', '-f', '${db:Status-Status} ${Package} ${Version}\n'];
  const theirs = await run('dpkg-query', ['--admindir', directory, ...format]).catch(() => undefined);
  if (theirs !== undefined) {
    const installed = theirs.stdout.split('\n').filter((line) => line.startsWith('installed '));
    expect(installed.map((line) => line.replace('installed ', '')).sort()).toEqual(list);
  }
});

test('what was bundled into the steps is listed with its licence', async () => {
  const content = JSON.stringify([{ name: '@scope/one', version: '1.2.3', license: 'MIT' }]);

  const packages = await packagesOf([{ path: 'usr/libexec/bootc-catalog/packages.json', content }]);

  expect(packages).toEqual([
    { name: '@scope/one', version: '1.2.3', license: 'MIT', purl: 'pkg:npm/%40scope/one@1.2.3' },
  ]);
});

test('what was built from modules of Go is listed, too', async () => {
  const content = JSON.stringify([{ name: 'github.com/Azure/a', version: 'v1.2.3+incompatible' }]);

  const packages = await packagesOf([{ path: 'usr/libexec/bootc-catalog/go-modules.json', content }]);

  expect(packages).toEqual([
    {
      name: 'github.com/Azure/a',
      version: 'v1.2.3+incompatible',
      purl: 'pkg:golang/github.com/azure/a@v1.2.3%2Bincompatible',
    },
  ]);
});

async function packagesOf(...layers: readonly (readonly LayerFile[])[]) {
  const target = createMemoryTarget();
  const config = { os: 'linux', architecture: 'amd64' };
  await pushImage(target, {
    config,
    layers: await Promise.all(layers.map((files) => packLayer(files))),
    tags: ['latest'],
  });
  return packagesOfImage(target, await readImage(target, 'latest'));
}

/** A database that rpm itself made. */
async function rpmdb(): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'sbom-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const rpms = await makeRpms(directory, [{ name: 'alpha', version: '1.0', epoch: 3 }]);
  return readFile(await installRpms(join(directory, 'root'), rpms));
}
