import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFixture, serveCompose } from '#lib/compose-fixture';
import { run } from '#lib/process';
import { formatNevra } from '#lib/rpm';
import { InvalidRepositoryError, RepositoryUnreachableError, readRepository } from './index.ts';

let scratch: string;
let server: Awaited<ReturnType<typeof serveCompose>>;
const names = new Set(['bash', 'podman', 'glibc-common', 'nothing']);
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'rpm-repository-'));
  const cache = resolve(import.meta.dirname, '../../.cache');
  await makeFixture({ directory: join(scratch, 'compose'), cache, architectures: ['s390x'] });
  cpSync(join(scratch, 'compose/compose/Everything/s390x/os'), join(scratch, 'plain'), { recursive: true });
  server = await serveCompose(scratch);
});
afterAll(async () => {
  await server.close();
  rmSync(scratch, { recursive: true });
});

test('reads what createrepo_c wrote of real packages', async () => {
  const { url, packages } = await readRepository([`${server.url}/plain`], { names });

  expect(url).toBe(`${server.url}/plain/`);
  expect(packages.map(({ nevra }) => formatNevra(nevra)).sort()).toEqual([
    'bash-0:5.3.0-1.fc43.s390x',
    'glibc-common-0:2.42-5.fc43.s390x',
    'podman-5:5.6.2-1.fc43.s390x',
  ]);
  for (const one of packages) {
    const file = readFileSync(join(scratch, new URL(one.url).pathname));
    const { name, version, release } = one.nevra;
    expect(one.size).toBe(file.length);
    expect(one.checksum).toEqual({
      algorithm: 'sha256',
      hex: createHash('sha256').update(file).digest('hex'),
    });
    expect(one.sourcerpm).toBe(`${name.replace('-common', '')}-${version}-${release}.src.rpm`);
  }
});

test('a list is read as createrepo_c compresses it', async () => {
  const directory = join(scratch, 'gz');
  cpSync(join(scratch, 'plain'), directory, { recursive: true });
  await run('createrepo_c', ['--quiet', '--general-compress-type=gz', directory]);

  const [some, same] = await Promise.all(
    ['gz', 'plain'].map((path) => readRepository([`${server.url}/${path}/`], { names })),
  );

  expect(some?.packages.length).toBe(3);
  expect(some?.packages.map(({ checksum }) => checksum)).toEqual(
    same?.packages.map(({ checksum }) => checksum),
  );
});

// createrepo_c of Debian 12 cannot write it; that of Fedora does by default since 1.0.
test('xz is read, by the program', async () => {
  const xz = (text: Buffer) => execFileSync('xz', ['--compress', '--stdout'], { input: text });
  const address = write('xz', list(entry()), ['.xz', xz]);

  await expect(readRepository([address], { names })).resolves.toBeDefined();
});

test('zstd is read', async () => {
  const address = write('zstd', list(entry()), ['.zst', zstdCompressSync]);

  expect((await readRepository([address], { names })).packages.length).toBe(1);
});

test('packages that are elsewhere are found there', async () => {
  const directory = join(scratch, 'elsewhere');
  cpSync(join(scratch, 'plain'), directory, { recursive: true });
  await run('createrepo_c', ['--quiet', '--baseurl=https://cdn.example/43', directory]);

  const { packages } = await readRepository([`${server.url}/elsewhere`], { names: new Set(['bash']) });

  expect(packages.map(({ url }) => url)).toEqual([
    'https://cdn.example/43/Packages/b/bash-5.3.0-1.fc43.s390x.rpm',
  ]);
});

test('the next address is asked where the first has nothing', async () => {
  const { url } = await readRepository([`${server.url}/none`, `${server.url}/plain`], { names });

  expect(url).toBe(`${server.url}/plain/`);
});

test('where none has any, each is told', async () => {
  const reading = readRepository([`${server.url}/none`, `${server.url}/other`], { names });

  await expect(reading).rejects.toThrow(RepositoryUnreachableError);
  await expect(reading).rejects.toThrow(
    `there is no ${server.url}/none/repodata/repomd.xml; there is no ${server.url}/other/repodata/repomd.xml`,
  );
});

const SHA = 'a1'.repeat(32);
const entry = (change: readonly [string, string] = ['', '']) =>
  `<package type="rpm"><name>bash</name><arch>s390x</arch><version epoch="1" ver="5&#46;3" rel='1'/><checksum type="sha256" pkgid="YES">${SHA}</checksum><size package="7"/><location href="a%5E+~#.rpm"/></package>`.replace(
    ...change,
  );
const list = (content: string, count = 1) =>
  `<?xml version="1.0"?>\n<metadata xmlns="x" packages="${count}">${content}</metadata>\n`;

test('escapes are read, what has no source package says so, and an address stays one', async () => {
  const [found] = (await readRepository([write('escapes', list(entry()))], { names })).packages;

  expect(found).toMatchObject({
    nevra: { name: 'bash', epoch: 1, version: '5.3', release: '1', arch: 's390x' },
    size: 7,
    sourcerpm: '',
  });
  expect(found?.url).toMatch(/\/escapes\/a%5E\+~%23\.rpm$/);
});

test('an empty repository has nothing', async () => {
  const empty = await readRepository([write('empty', list('', 0))], { names });
  const short = await readRepository([write('short', '<metadata packages="0"/>')], { names });

  expect([empty.packages, short.packages]).toEqual([[], []]);
});

test.for<[what: string, xml: string, message: string]>([
  ['a list cut short', list(entry()).slice(0, -12), 'is not whole: it has 1 of "1"'],
  ['a list with a package too few', list(entry(), 2), 'is not whole: it has 1 of "2"'],
  ['no list', '<html></html>', 'is not whole: it has 0 of "no number"'],
  ['a comment', list(`<!-- ${entry()} -->`), 'a comment, CDATA or document type'],
  [
    'an entity of a document type',
    list(entry(['<name>bash', '<name>bash</name><arch>&evil;'])),
    'entity "&evil;"',
  ],
  ['MD5', list(entry(['type="sha256"', 'type="md5"'])), 'no checksum that can be trusted: its type is "md5"'],
  ['a checksum cut short', list(entry([SHA, 'a1'])), 'no checksum that can be trusted'],
  ['no size', list(entry(['package="7"', ''])), 'no size of bash-1:5.3-1.s390x'],
  ['no version', list(entry(['<version', '<other'])), 'which is no package'],
  ['an address elsewhere', list(entry(['a%5E', 'https://evil.example/a'])), 'at no address'],
  ['a file of this machine', list(entry(['href=', 'xml:base="file:///" href='])), 'at no address'],
])('refuses %s', async ([what, xml, message]) => {
  const reading = readRepository([write(what.replaceAll(' ', '-'), xml)], { names });

  await expect(reading).rejects.toThrow(InvalidRepositoryError);
  await expect(reading).rejects.toThrow(message);
});

test.for<[what: string, change: readonly [RegExp | string, string], message: string]>([
  ['other bytes', [/[0-9a-f]{64}/, SHA], 'primary.xml has other bytes than repomd.xml says (sha256)'],
  [
    'a list that is not there',
    ['primary.xml', 'gone.xml'],
    'repodata/gone.xml, which repomd.xml names, is not there',
  ],
  ['a list elsewhere', ['repodata/primary.xml', '../primary.xml'], 'in no file of repodata/'],
  ['bzip2', ['primary.xml', 'primary.xml.bz2'], 'compressed in a way that is not supported'],
  ['xz that is none', ['primary.xml', 'primary.xml.xz'], 'primary.xml.xz cannot be decompressed'],
  ['gzip that is none', ['primary.xml', 'primary.xml.gz'], 'primary.xml.gz cannot be decompressed'],
  ['no list at all', ['type="primary"', 'type="other"'], 'names no list of packages'],
  ['something else', [/^.*$/s, '<html/>'], 'is no repomd.xml'],
])('refuses a repomd.xml with %s', async ([what, [from, to], message]) => {
  const name = `repomd-${what.replaceAll(' ', '-')}`;
  const address = write(name, list(entry()));
  const file = join(scratch, name, 'repodata/repomd.xml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  for (const ending of ['xz', 'gz', 'bz2']) {
    writeFileSync(join(scratch, name, `repodata/primary.xml.${ending}`), list(entry()));
  }

  await expect(readRepository([address], { names })).rejects.toThrow(message);
});

test.for([
  ['ftp://h/a', 'its baseurl is no address'],
  ['/srv/repo', 'its baseurl is no address'],
  ['https://user:SECRET@h/a', 'its baseurl at h holds credentials'],
  ['https://h/$basearch/', 'is none of a directory'],
] as const)('refuses the address %s', async ([address, message]) => {
  await expect(readRepository([address], { names })).rejects.toThrow(message);
  await expect(readRepository([address], { names })).rejects.toThrow(/^(?!.*SECRET)/);
});

test('a list that grows without end is refused', async () => {
  const address = write('bomb', `<metadata packages="1"><package>${' '.repeat(2 ** 25)}`, ['.gz', gzipSync]);

  await expect(readRepository([address], { names })).rejects.toThrow('a package without an end');
});

/** A repository with this list, which createrepo_c would not write, compressed so; its address. */
function write(
  name: string,
  primary: string,
  [ending, compress]: readonly [string, (bytes: Buffer) => Buffer] = ['', (bytes) => bytes],
): string {
  const bytes = compress(Buffer.from(primary));
  const hex = createHash('sha256').update(bytes).digest('hex');
  const href = `repodata/primary.xml${ending}`;
  mkdirSync(join(scratch, name, 'repodata'), { recursive: true });
  writeFileSync(join(scratch, name, href), bytes);
  writeFileSync(
    join(scratch, name, 'repodata/repomd.xml'),
    `<repomd><revision>1</revision><data type="other"/><data type="primary"><checksum type="sha256">${hex}</checksum><location href="${href}"/></data></repomd>`,
  );
  return `${server.url}/${name}`;
}
