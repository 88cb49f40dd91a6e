import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { id, info, rpm, rpms } from '#test/nightly-compose';
import { variantArchitectures } from './baseurl.ts';
import { openCompose } from './compose.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'compose-'));
  mkdirSync(join(directory, 'compose/metadata'), { recursive: true });
  write('COMPOSE_ID', id);
  write('STATUS', 'STARTED\n');
  write('compose/metadata/composeinfo.json', JSON.stringify(info));
  write('compose/metadata/rpms.json', JSON.stringify(rpms));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('opens a compose in progress', async () => {
  const compose = await openCompose(directory);

  expect(compose).toMatchObject({ id, status: 'STARTED', info: { release: { version: '43' } } });
  expect(compose.baseurl('Everything')).toBe(`file://${directory}/compose/Everything/$basearch/os/`);
  expect([...(await compose.packages('s390x'))]).toEqual(['bash-0:5.3-1.fc43.s390x']);
  expect([...(await compose.packages('x86_64'))]).toEqual([]);
});

test.for([
  ['STATUS', undefined, 'has no STATUS'],
  ['STATUS', 'DOOMED', `the compose ${id} is DOOMED`],
  ['STATUS', 'BROKEN', 'unknown STATUS "BROKEN"'],
  ['STATUS', 'root:x:0:0', /unknown STATUS$/],
  ['STATUS', 'x'.repeat(5_000), 'STATUS has more than 4096 bytes'],
  ['COMPOSE_ID', 'Fedora-44-20261123.n.0', 'composeinfo.json says'],
  ['COMPOSE_ID', 'root:x:0:0:secret', /COMPOSE_ID at [^:]* holds no id of a compose$/],
  ['COMPOSE_ID', undefined, 'has no COMPOSE_ID'],
  ['compose/metadata/composeinfo.json', 'secret of a server', /composeinfo\.json is not JSON$/],
  ['compose/metadata/composeinfo.json', undefined, 'has no compose/metadata/composeinfo.json'],
  [
    'compose/metadata/composeinfo.json',
    '{"header":{"version":"3.0"}}',
    'composeinfo.json is not as productmd writes it: header.version',
  ],
] as const)('with %s as %s it refuses', async ([file, text, message]) => {
  if (text === undefined) rmSync(join(directory, file));
  else write(file, text);

  await expect(openCompose(directory)).rejects.toThrow(message);
});

test.for([
  ['{', 'rpms.json is not JSON'],
  [
    JSON.stringify({ ...rpms, payload: { rpms: { Everything: { s390x: { x: { y: {} } } } } } }),
    'payload.rpms.Everything.s390x.x.y',
  ],
  [
    JSON.stringify({
      ...rpms,
      payload: { rpms: { Everything: { s390x: { x: { nonsense: { ...rpm, category: 'binary' } } } } } },
    }),
    'payload.rpms.Everything.s390x.x: not a package name-',
  ],
] as const)('a broken rpms.json is told with the place', async ([text, message]) => {
  write('compose/metadata/rpms.json', text);
  const compose = await openCompose(directory);

  await expect(compose.packages('s390x')).rejects.toThrow(message);
});

test('of a compose in progress, whose composeinfo.json comes last, it reads what is there', async () => {
  rmSync(join(directory, 'compose/metadata/composeinfo.json'));
  mkdirSync(join(directory, 'work/global'), { recursive: true });
  const base = { ...info, payload: { ...info.payload, variants: {} } };
  write('work/global/composeinfo-base.json', JSON.stringify(base));

  const compose = await openCompose(directory);

  expect(compose.info.variants).toEqual({ Everything: { uid: 'Everything', arches: ['s390x'], paths: {} } });
  expect(compose.baseurl('Everything')).toContain('/compose/Everything/$basearch/os/');
});

test('reads what productmd 2 writes', async () => {
  const location = {
    url: 'Everything/s390x/os',
    size: null,
    checksum: null,
    local_path: 'Everything/s390x/os',
  };
  const remote = { ...location, url: 'https://cdn.example/43/s390x/os' };
  write('compose/metadata/composeinfo.json', withPaths({ repository: { s390x: remote } }, '2.0'));
  const entry = { location, sigkey: null, category: 'binary' };
  const payload = { rpms: { Everything: { s390x: { 'a-0:1-1.src': { 'a-0:1-1.s390x': entry } } } } };
  write(
    'compose/metadata/rpms.json',
    JSON.stringify({ header: { ...rpms.header, version: '2.0' }, payload }),
  );

  const compose = await openCompose(directory);

  expect(compose.baseurl('Everything')).toBe('https://cdn.example/43/$basearch/os/');
  expect([...(await compose.packages('s390x'))]).toEqual(['a-0:1-1.s390x']);
});

test.for<[tree: Record<string, string>, below: string]>([
  [{ s390x: 'Everything/s390x/os', aarch64: 'Everything/aarch64/os' }, 'Everything/$basearch/os/'],
  [{ s390x: 'Everything/s390x/tree/' }, 'Everything/$basearch/tree/'],
  [{ s390x: 'a b/s390x/c,d' }, 'a%20b/$basearch/c%2Cd/'],
  [
    { s390x: 'a http://evil/\u00e9/$basearch/$releasever' },
    'a%20http%3A/evil/%C3%A9/%24basearch/%24releasever/',
  ],
  [{ s390x: 'a%2fb/s390x/os?x#y' }, 'a%252fb/$basearch/os%3Fx%23y/'],
])('the repositories at %j have one URL, which dnf reads as one', async ([tree, below]) => {
  write('compose/metadata/composeinfo.json', withPaths({ os_tree: tree }));

  const compose = await openCompose(directory);

  expect(compose.baseurl('Everything')).toBe(`file://${directory}/compose/${below}`);
});

test.for<[tree: Record<string, unknown>, message: string]>([
  [{ s390x: 'Everything/s390x/os', aarch64: 'Alt/aarch64/os' }, 'follow no pattern'],
  [{ s390x: '../../etc' }, 'is no path in the compose'],
  [{ s390x: '/etc' }, 'is no path in the compose'],
  [{ s390x: 'a/./b' }, 'is no path in the compose'],
  [{ s390x: 'a\nenabled=1' }, '"a\\nenabled=1" for a repository, which is no path'],
  [{ s390x: 'https://u:secret@h/s390x' }, 'a URL for a repository that dnf cannot use'],
  [{ s390x: 'https://h/s390x?token=secret' }, 'a URL for a repository that dnf cannot use'],
  [{ s390x: 'https://h/\ns390x' }, 'a URL for a repository that dnf cannot use'],
  [{ s390x: 'data://h/s390x' }, 'a URL for a repository that dnf cannot use'],
])('repositories at %j are refused', async ([tree, message]) => {
  write('compose/metadata/composeinfo.json', withPaths({ os_tree: tree }));
  const compose = await openCompose(directory);

  expect(() => compose.baseurl('Everything')).toThrow(message);
  expect(() => compose.baseurl('Everything')).toThrow(/^(?!.*secret)/);
});

test('a URL elsewhere is one for dnf, too', async () => {
  const url = 'https://cdn.example/a b,c/s390x/$releasever';
  write('compose/metadata/composeinfo.json', withPaths({ repository: { s390x: url } }));

  const compose = await openCompose(directory);

  expect(compose.baseurl('Everything')).toBe('https://cdn.example/a%20b%2Cc/$basearch/%24releasever/');
});

test('an empty repository is none', async () => {
  const os_tree = { s390x: 'Server/s390x/os' };
  write('compose/metadata/composeinfo.json', withPaths({ repository: {}, os_tree }));

  const compose = await openCompose(directory);

  expect(compose.baseurl('Everything')).toBe(`file://${directory}/compose/Server/$basearch/os/`);
  expect(variantArchitectures(compose.info, 'Everything')).toEqual(['s390x']);
});

test('a variant has no packages for an architecture that it lists and has no repository for', async () => {
  write('compose/metadata/composeinfo.json', withPaths({ repository: { aarch64: 'E/aarch64/os' } }));

  const { info } = await openCompose(directory);

  expect(variantArchitectures(info, 'Everything')).toEqual([]);
  expect(() => variantArchitectures(info, 'toString')).toThrow('has no variant toString');
});

test.for([
  ['[', 'more than 32 levels'],
  ['{},', 'more than 6000000 values'],
  ['"\\"[",', 'more than 6000000 values'],
] as const)('rpms.json of nothing but %s costs little', async ([part, message]) => {
  write('compose/metadata/rpms.json', `[${part.repeat(7_000_000)}`);
  const compose = await openCompose(directory);

  await expect(compose.packages('s390x')).rejects.toThrow(message);
});

test('a link in the file system is followed once', async () => {
  const latest = join(directory, '../latest-compose');
  rmSync(latest, { force: true });
  symlinkSync(directory, latest);

  const compose = await openCompose(latest);

  rmSync(latest);
  expect(compose.location).toBe(directory);
  expect(compose.baseurl('Everything')).toBe(`file://${directory}/compose/Everything/$basearch/os/`);
  expect((await compose.packages('s390x')).size).toBe(1);
});

test('of a directory whose id names one beside it, that one is taken', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'composes-'));
  renameSync(directory, join(parent, id));
  symlinkSync(join(parent, id), join(parent, 'latest'));

  const compose = await openCompose(`${parent}/latest/`);

  expect(compose.location).toBe(join(parent, id));
  renameSync(join(parent, id), directory);
  rmSync(parent, { recursive: true });
});

test('a compose in a directory gets the URLs that the directory is served under', async () => {
  const translatePaths = [[tmpdir(), 'https://kojipkgs.example/compose/']] as const;

  const compose = await openCompose(directory, { translatePaths });

  const name = directory.slice(tmpdir().length + 1);
  expect(compose.baseurl('Everything')).toBe(
    `https://kojipkgs.example/compose/${name}/compose/Everything/$basearch/os/`,
  );
});

test('says which variants there are', async () => {
  const compose = await openCompose(directory);

  expect(() => compose.baseurl('Server')).toThrow(`the compose ${id} has no variant Server`);
});

test('says of a place without a compose what it looked for', async () => {
  await expect(openCompose(join(directory, 'nowhere'))).rejects.toThrow('neither COMPOSE_ID nor STATUS');
  await expect(openCompose('http://127.0.0.1:9/x')).rejects.toThrow('cannot read http://127.0.0.1:9/x/');
  await expect(openCompose('file://elsewhere/x')).rejects.toThrow('not a URL: file://elsewhere/x');
  await expect(openCompose('ftp://example.com/x')).rejects.toThrow('cannot read a compose by ftp:');
});

test('rpms.json of another compose is refused', async () => {
  const payload = { ...rpms.payload, compose: { id: 'Fedora-43-20261122.n.0' } };
  write('compose/metadata/rpms.json', JSON.stringify({ ...rpms, payload }));
  const compose = await openCompose(directory);

  await expect(compose.packages('s390x')).rejects.toThrow(
    `COMPOSE_ID says ${id} and compose/metadata/rpms.json says Fedora-43-20261122.n.0`,
  );
});

test.for(['http://u:a/SECRET@h/', 'http://u:SECRET@h:x/', 'http://u:a?SECRET@h', 'http://h/?token=SECRET'])(
  'of %s nothing is told',
  async (location) => {
    await expect(openCompose(location)).rejects.toThrow(/^(?!.*SECRET).*(?:not a URL|has a query)/);
  },
);

function withPaths(paths: object, version = '1.2'): string {
  const { Everything } = info.payload.variants;
  const variants = { Everything: { ...Everything, paths } };
  return JSON.stringify({ header: { ...info.header, version }, payload: { ...info.payload, variants } });
}

function write(file: string, text: string): void {
  writeFileSync(join(directory, file), text);
}
