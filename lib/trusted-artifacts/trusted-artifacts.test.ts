import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRegistryClient, describe, digestOf, fetchBytes, fetchManifest, NotFoundError } from '#lib/oci';
import { run } from '#lib/process';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { goTool } from '#test/registries/go-tool';
import { type Registry, startRegistry } from '#test/registries/registry';
import { createArtifacts, InvalidArtifactError, isInsecure, useArtifact } from './index.ts';

const client = createRegistryClient({ credentials: async () => undefined, retry: { delay: 1 } });
let registry: Registry;
let proxy: FaultProxy;
let scratch: string;
let source: string;
let destination: string;
let count = 0;
let store: string;
beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
});
afterAll(async () => {
  client.close();
  await proxy?.stop();
  await registry?.stop();
});
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'artifacts-'));
  source = join(scratch, 'source');
  destination = join(scratch, 'destination');
  store = `${registry.host}/a/b${count++}:rev.git`;
  mkdirSync(source);
});
afterEach(() => {
  proxy.fault = () => undefined;
  rmSync(scratch, { recursive: true });
});

test('what goes in comes out: contents, modes, set-id bits, links, times in whole seconds, .git', async () => {
  writeTree(source);

  const { SOURCE_ARTIFACT: uri = '' } = await create(source);
  await useArtifact({ uri, destination, client });

  expect(uri).toMatch(new RegExp(`^oci:${store.replace(/:[^:]*$/, '')}@sha256:[0-9a-f]{64}$`));
  expect(await listing(destination)).toBe(await listing(source));
  await run('diff', ['-r', '--no-dereference', source, destination]);
});

test('one tree gives one digest, wherever it lies and whoever owns it', async () => {
  const other = join(scratch, 'other', 'place');
  mkdirSync(other, { recursive: true });
  writeTree(source);
  writeTree(other);
  await run('chown', ['-R', '1234:99', other]);
  // The kernel takes the set-id bits away with the owner.
  chmodSync(join(other, 'run'), 0o6755);

  expect(await create(other)).toEqual(await create(source));
});

test('GNU tar reads what is made', async () => {
  writeTree(source);
  const { SOURCE_ARTIFACT: uri = '' } = await create(source);

  await run('tar', ['-C', mkdir('gnu'), '-zxpf', await archiveOf(uri)]);

  expect(await listing(join(scratch, 'gnu'))).toBe(await listing(source));
});

test('what GNU tar and gzip have made is used, as upstream makes it', async () => {
  writeTree(source);
  await run('ln', [join(source, 'run'), join(source, 'same')]);
  const archive = join(scratch, 'a.tar.gz');
  await run('tar', [
    '--create',
    '--use-compress-program=gzip -n',
    '--file',
    archive,
    `--directory=${source}`,
    '.',
  ]);

  await useArtifact({ uri: await push(readFileSync(archive)), destination, client });

  expect(await listing(destination)).toBe(await listing(source));
});

const oras = await goTool('oras', { mayBuild: process.env.BUILD_COSIGN === '1' });

test.skipIf(oras === undefined)('oras fetches what we push, and pushes what we use', async () => {
  writeTree(source);
  const call = (...args: string[]) => run(oras ?? '', args, { cwd: mkdir('oras'), env: { HOME: scratch } });
  const { SOURCE_ARTIFACT: ours = '' } = await create(source);

  await call('blob', 'fetch', '--plain-http', '--output', 'fetched', ours.replace('oci:', ''));
  const bytes = readFileSync(join(scratch, 'oras/fetched'));
  await call('push', '--plain-http', `${registry.host}/by/oras:1`, 'fetched');
  const theirs = `oci:${registry.host}/by/oras@${digestOf(bytes)}`;
  await useArtifact({ uri: theirs, destination, client });

  expect(ours.endsWith(digestOf(bytes))).toBe(true);
  expect(await listing(destination)).toBe(await listing(source));
});

test('the manifest is as oras writes it, with all archives of one push', async () => {
  writeFileSync(join(source, 'a'), 'a');

  const uris = await createArtifacts({
    store,
    artifacts: [
      { name: 'SOURCE_ARTIFACT', path: source },
      { name: 'CACHI2_ARTIFACT', path: join(scratch, 'none') },
      { name: 'FILE', path: join(source, 'a') },
    ],
    expiresAfter: '5d',
    client,
  });

  const repository = client.repository(store);
  const manifest = await fetchManifest(repository, await repository.resolve('rev.git'));
  const layer = (title: string) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: uris[title]?.replace(/^.*@/, ''),
    size: expect.any(Number),
    annotations: { 'org.opencontainers.image.title': title },
  });
  expect(manifest).toMatchObject({
    artifactType: 'application/vnd.unknown.artifact.v1',
    config: {
      mediaType: 'application/vnd.oci.empty.v1+json',
      digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      size: 2,
      data: 'e30=',
    },
    layers: ['SOURCE_ARTIFACT', 'CACHI2_ARTIFACT', 'FILE'].map(layer),
    annotations: { 'quay.expires-after': '5d' },
  });
  expect(await contentOf(uris.CACHI2_ARTIFACT)).toEqual([]);
  expect(await contentOf(uris.FILE)).toEqual(['a']);
});

test('a store without a tag, and one whose name ends in .git, hold artifacts, too', async () => {
  const plain = `${registry.host}/a/untagged.git`;

  const { SOURCE_ARTIFACT: uri = '' } = await createArtifacts({
    store: plain,
    artifacts: [{ name: 'SOURCE_ARTIFACT', path: source }],
    client,
  });

  expect(uri.startsWith(`oci:${plain}@sha256:`)).toBe(true);
  await expect(client.repository(plain).resolve('latest')).rejects.toThrow(NotFoundError);
  expect(await contentOf(uri)).toEqual([]);
});

test('what was at the destination is gone, and stays where the artifact is skipped or empty', async () => {
  const { SOURCE_ARTIFACT: uri = '' } = await create(source);
  writeFileSync(join(mkdir('destination'), 'old'), '');
  const lines: string[] = [];
  const log = { info: () => {}, warn: (line: string) => lines.push(line) };

  await useArtifact({ uri: '', destination, client, log });
  expect(readdirSync(destination)).toEqual(['old']);
  writeFileSync(join(destination, '.skip-trusted-artifacts'), '');
  await useArtifact({ uri, destination, client, log });
  expect(existsSync(join(destination, 'old'))).toBe(true);
  rmSync(join(destination, '.skip-trusted-artifacts'));
  await useArtifact({ uri, destination, client, log });
  expect(readdirSync(destination)).toEqual([]);
  expect(lines).toHaveLength(2);
});

test('a directory that is to be skipped is not packed, and has no URI', async () => {
  writeFileSync(join(source, '.skip-trusted-artifacts'), '');

  expect(await create(source)).toEqual({});
  await expect(client.repository(store).resolve('rev.git')).rejects.toThrow(NotFoundError);
});

test.for(['corrupt', 'truncate'] as const)('bytes that are wrong (%s) are seen by nobody', async (kind) => {
  writeFileSync(join(source, 'a'), Buffer.alloc(100_000, 'abc'));
  const { SOURCE_ARTIFACT: uri = '' } = await create(source);
  writeFileSync(join(mkdir('destination'), 'old'), '');
  proxy.fault = ({ path }) =>
    path.includes('/blobs/') ? (kind === 'corrupt' ? { kind, at: 100 } : { kind, after: 0 }) : undefined;

  await expect(
    useArtifact({ uri: uri.replace(registry.host, proxy.host), destination, client }),
  ).rejects.toThrow();

  expect(readdirSync(destination)).toEqual(['old']);
  expect(readdirSync(scratch).sort()).toEqual(['destination', 'source']);
});

const none = `oci:127.0.0.1:1/a@sha256:${'0'.repeat(64)}`;

test.for([
  'x',
  'oci:quay.io/a/b:1',
  `docker://quay.io/a@sha256:${'0'.repeat(64)}`,
  `oci:quay.io/a:tag@sha256:${'0'.repeat(64)}`,
  `${none}x`,
])('%s is no artifact', async (uri) => {
  await expect(useArtifact({ uri, destination, client })).rejects.toThrow('is no trusted artifact');
});

test('an artifact is not unpacked into /, by whatever name', async () => {
  symlinkSync('/', destination);

  for (const place of ['/', `${scratch}/../../../../..`, destination])
    await expect(useArtifact({ uri: none, destination: place, client })).rejects.toThrow('into /');
});

test('an artifact that is not there is told by name', async () => {
  const uri = `oci:${registry.host}/none@sha256:${'0'.repeat(64)}`;

  await expect(useArtifact({ uri, destination, client })).rejects.toThrow(NotFoundError);
});

const file = 'f = tarfile.TarInfo';
test.for<[name: string, python: string, message: string]>([
  ['a path upwards', `t.addfile(${file.slice(4)}("a/../../x"))`, '"a/../../x"'],
  ['an absolute path', `t.addfile(${file.slice(4)}("/x"))`, '"/x"'],
  ['a way through a link', `l("a", "${tmpdir()}"); t.addfile(${file.slice(4)}("a/x"))`, '"a/x"'],
  ['a way through a link to itself', `l("a", "."); t.addfile(${file.slice(4)}("a/b/x"))`, '"a/b/x"'],
  [
    'a file in the place of a directory',
    `t.addfile(${file.slice(4)}("a/b")); t.addfile(${file.slice(4)}("a"))`,
    '"a"',
  ],
  [
    'a hard link out of the archive',
    `${file}("x"); f.type = tarfile.LNKTYPE; f.linkname = "/etc/passwd"; t.addfile(f)`,
    '"/etc/passwd"',
  ],
  ['a hard link to nothing', `${file}("x"); f.type = tarfile.LNKTYPE; f.linkname = "y"; t.addfile(f)`, '"x"'],
  [
    'a hard link to a link',
    `l("y", "/etc/passwd"); ${file}("x"); f.type = tarfile.LNKTYPE; f.linkname = "y"; t.addfile(f)`,
    '"x"',
  ],
  ['a device', `${file}("x"); f.type = tarfile.CHRTYPE; t.addfile(f)`, '"x"'],
  ['a pipe', `${file}("x"); f.type = tarfile.FIFOTYPE; t.addfile(f)`, '"x"'],
])('%s refuses the archive by name', async ([, python, message]) => {
  const archive = join(scratch, 'hostile.tar.gz');
  const script = [
    'import tarfile',
    `t = tarfile.open(${JSON.stringify(archive)}, "w:gz")`,
    'def l(a, b):',
    '  i = tarfile.TarInfo(a); i.type = tarfile.SYMTYPE; i.linkname = b; t.addfile(i)',
    't.addfile(tarfile.TarInfo("first"))',
    python,
    't.close()',
  ].join('\n');
  await run('python3', ['-c', script]);
  const uri = await push(readFileSync(archive));

  await expect(useArtifact({ uri, destination, client })).rejects.toThrow(InvalidArtifactError);
  await expect(useArtifact({ uri, destination, client })).rejects.toThrow(message);
  expect(existsSync(destination)).toBe(false);
});

test.for([Buffer.from('no archive'), Buffer.from('1f8b08000000000000030000', 'hex')])(
  'what is no archive is refused: %j',
  async (bytes) => {
    const uri = await push(bytes);

    await expect(useArtifact({ uri, destination, client })).rejects.toThrow('cannot unpack the artifact');
    expect(existsSync(destination)).toBe(false);
  },
);

test('what can be no part of an archive is refused by name', async () => {
  await run('mkfifo', [join(source, 'pipe')]);

  await expect(create(source)).rejects.toThrow('"pipe"');
});

test.for([
  ['--plain-http', true],
  ['--debug --insecure', true],
  ['', false],
  ['--plain-http=x', false],
] as const)('ORAS_OPTIONS %j lets the store do without TLS: %s', ([options, expected]) => {
  expect(isInsecure(options)).toBe(expected);
});

function mkdir(name: string): string {
  mkdirSync(join(scratch, name), { recursive: true });
  return join(scratch, name);
}

function create(path: string) {
  return createArtifacts({ store, artifacts: [{ name: 'SOURCE_ARTIFACT', path }], client });
}

async function push(bytes: Uint8Array): Promise<string> {
  const repository = client.repository(store);
  await repository.push(describe('application/octet-stream', bytes), bytes);
  return `oci:${repository.name}@${digestOf(bytes)}`;
}

async function archiveOf(uri: string): Promise<string> {
  const [name = '', digest = ''] = uri.replace('oci:', '').split('@');
  const repository = client.repository(name);
  const blob = await repository.findBlob(digest as `sha256:${string}`);
  const path = join(scratch, 'archive.tar.gz');
  writeFileSync(path, await fetchBytes(repository, blob));
  return path;
}

async function contentOf(uri = ''): Promise<string[]> {
  const place = join(scratch, 'content');
  await useArtifact({ uri, destination: place, client });
  return readdirSync(place);
}

function writeTree(root: string): void {
  mkdirSync(join(root, '.git/empty'), { recursive: true });
  mkdirSync(join(root, 'd'.repeat(120), 'e'.repeat(120)), { recursive: true });
  writeFileSync(join(root, '.git/config'), '[core]\n');
  writeFileSync(join(root, 'run'), '#!/bin/sh\n');
  writeFileSync(join(root, 'Größe \n x'), '');
  writeFileSync(join(root, 'd'.repeat(120), 'e'.repeat(120), 'large'), Buffer.alloc(700_000, 'x'));
  chmodSync(join(root, 'run'), 0o6755);
  chmodSync(join(root, 'd'.repeat(120)), 0o1777);
  symlinkSync('run', join(root, 'link'));
  symlinkSync('../../none/'.repeat(20), join(root, 'broken'));
  chmodSync(join(root, '.git/empty'), 0o555);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort().reverse();
  for (const [index, path] of paths.entries()) lutimesSync(join(root, path), 1e9 + index, 1e9 + index);
  utimesSync(root, 1e9, 1e9);
}

/** Paths, modes, times, sizes and targets of links, as find says them. */
async function listing(root: string): Promise<string> {
  const { stdout } = await run('find', ['.', '-mindepth', '1', '-printf', '%P %M %T@ %l %Y\\n'], {
    cwd: root,
  });
  return stdout.split('\n').sort().join('\n');
}
