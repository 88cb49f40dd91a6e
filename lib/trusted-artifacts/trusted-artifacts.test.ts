import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, DigestMismatchError, NotFoundError } from '#lib/oci';
import { run } from '#lib/process';
import { type Registry, startRegistry } from '#test/registries/registry';
import { described, makeTree, place } from '#test/trees';
import { createArtifacts, InvalidArtifactError, SKIP_FILE, useArtifact } from './index.ts';

const client = createRegistryClient({ credentials: async () => undefined });
let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(async () => {
  client.close();
  await registry.stop();
});

async function create(path: string, repository = 'a/b', name = 'SOURCE_ARTIFACT'): Promise<string> {
  const store = `${registry.host}/${repository}:1.git`;
  const results = await createArtifacts({ store, artifacts: [{ name, path }], client });
  return results[name] ?? '';
}

test('a tree comes back as it was, and gives the same digest again', async () => {
  const directory = place();
  const tree = makeTree(directory);
  const uri = await create(tree);
  const destination = join(directory, 'used');

  await useArtifact({ uri, destination, client });

  expect(await described(destination)).toBe(await described(tree));
  expect(await create(destination)).toBe(uri);
  expect(readdirSync(directory).sort()).toEqual(['tree', 'used']);
});

test('who owns a tree, in which order it was made, and parts of a second make no difference', async () => {
  const uris: string[] = [];
  for (const [names, uid] of [
    [['a', 'b', 'c'], 0],
    [['c', 'a', 'b'], 1234],
  ] as const) {
    const tree = join(place(), 'tree');
    mkdirSync(tree);
    for (const name of names) writeFileSync(join(tree, name), name);
    for (const name of [...names, '.']) utimesSync(join(tree, name), 1, 1_700_000_000 + uid / 10_000);
    await run('chown', ['-R', `${uid}:${uid}`, tree]);
    uris.push(await create(tree));
  }

  expect(uris[1]).toBe(uris[0]);
});

test('the bytes are the same on every machine and with every Node', async () => {
  const tree = join(place(), 'tree');
  mkdirSync(tree);
  writeFileSync(join(tree, 'file'), 'the same everywhere\n'.repeat(1000), { mode: 0o644 });
  chmodSync(tree, 0o755);
  for (const name of ['file', '.']) utimesSync(join(tree, name), 1, 1_700_000_000);

  const uri = await create(tree);

  expect(uri).toMatch(/^oci:127\.0\.0\.1:\d+\/a\/b@sha256:[0-9a-f]{64}$/);
  expect(uri.slice(uri.indexOf('@'))).toBe(
    '@sha256:6cb1271040f70890e9afaa01d217157b5fc0e13c32f4f87b110ff3c6d115fe81',
  );
});

test('a store without a tag keeps the artifact by digest alone', async () => {
  const directory = place();
  writeFileSync(join(directory, 'file'), 'untagged');
  const store = `${registry.host}/untagged.git`;

  const { A: uri = '' } = await createArtifacts({
    store,
    artifacts: [{ name: 'A', path: directory }],
    client,
  });
  await useArtifact({ uri, destination: join(directory, 'used'), client });

  expect(readFileSync(join(directory, 'used/file'), 'utf8')).toBe('untagged');
  await expect(client.repository(store).resolve('latest')).rejects.toThrow(NotFoundError);
});

test('a single file comes under its own name', async () => {
  const directory = place();
  writeFileSync(join(directory, 'one.txt'), 'one');

  await useArtifact({
    uri: await create(join(directory, 'one.txt')),
    destination: join(directory, 'used'),
    client,
  });

  expect(readdirSync(join(directory, 'used'))).toEqual(['one.txt']);
});

test('a path that is not there gives an empty artifact', async () => {
  const destination = join(place(), 'used');

  await useArtifact({ uri: await create('/not/there'), destination, client });

  expect(readdirSync(destination)).toEqual([]);
});

test('a skip file means no artifact, and no use of one', async () => {
  const directory = place();
  const [skipped, other] = [join(directory, 'skipped'), join(directory, 'other')];
  for (const path of [skipped, other]) mkdirSync(path);
  writeFileSync(join(skipped, SKIP_FILE), '');
  writeFileSync(join(other, 'file'), '');
  const artifacts = [
    { name: 'SKIPPED', path: skipped },
    { name: 'OTHER', path: other },
  ];

  const results = await createArtifacts({ store: `${registry.host}/skip:1`, artifacts, client });
  await useArtifact({ uri: results.OTHER ?? '', destination: skipped, client });

  expect(Object.keys(results)).toEqual(['OTHER']);
  expect(readdirSync(skipped)).toEqual([SKIP_FILE]);
});

test('an empty URI is passed over, and told', async () => {
  const destination = join(place(), 'used');
  const lines: string[] = [];

  await useArtifact({
    uri: '',
    destination,
    client,
    log: { info: () => {}, warn: (line) => lines.push(line) },
  });

  expect(existsSync(destination)).toBe(false);
  expect(lines).toEqual([expect.stringContaining('there is no artifact')]);
});

test('what was at the destination is gone', async () => {
  const directory = place();
  const destination = join(directory, 'used');
  mkdirSync(join(destination, 'old'), { recursive: true });
  mkdirSync(join(directory, 'tree'));
  writeFileSync(join(directory, 'tree/new'), '');

  await useArtifact({ uri: await create(join(directory, 'tree')), destination, client });

  expect(readdirSync(destination)).toEqual(['new']);
});

test.for([
  ['', 'it has no type', 'x'],
  ['git:https://example.org', 'the type "git" is not supported', ''],
  ['oci:quay.io/a/b:1', 'it has no digest', ''],
  [`oci:quay.io/a/b:1@sha256:${'0'.repeat(64)}`, 'it has a tag', ''],
  ['oci:quay.io/a/b@sha256:12', 'sha256:12', ''],
] as const)('the URI %j is refused', async ([uri, why, suffix]) => {
  const failure = useArtifact({ uri: uri + suffix, destination: join(place(), 'used'), client });

  await expect(failure).rejects.toThrow(InvalidArtifactError);
  await expect(failure).rejects.toThrow(why);
});

test('the root directory is no destination', async () => {
  const uri = `oci:${registry.host}/a/b@sha256:${'0'.repeat(64)}`;

  await expect(useArtifact({ uri, destination: '/tmp/..', client })).rejects.toThrow('is the root directory');
});

test('a blob that is not there leaves the destination as it was', async () => {
  const directory = place();
  const uri = `oci:${registry.host}/a/b@sha256:${'0'.repeat(64)}`;

  await expect(useArtifact({ uri, destination: directory, client })).rejects.toThrow(NotFoundError);
  expect(existsSync(directory)).toBe(true);
});

test('wrong bytes are told as that, whatever they hold, and nothing is seen of them', async () => {
  const directory = place();
  const tree = makeTree(directory);
  const uri = await create(tree, 'wrong');
  const digest = uri.slice(-64);
  const destination = join(directory, 'used');
  mkdirSync(destination);
  writeFileSync(join(destination, 'old'), '');
  const path = join(registry.storage, 'docker/registry/v2/blobs/sha256', digest.slice(0, 2), digest, 'data');
  const right = readFileSync(path);
  const unzipped = Buffer.from(right);
  unzipped[right.length >> 1] = (unzipped[right.length >> 1] ?? 0) ^ 0xff;
  const other = gzipSync(Buffer.alloc(1024));
  const padded = Buffer.concat([other, Buffer.alloc(right.length - other.length)]);

  for (const wrong of [unzipped, padded, Buffer.alloc(right.length)]) {
    writeFileSync(path, wrong);
    await expect(useArtifact({ uri, destination, client })).rejects.toThrow(DigestMismatchError);
    expect(readdirSync(destination)).toEqual(['old']);
    expect(readdirSync(directory).sort()).toEqual(['tree', 'used']);
  }
  // The registry tells the size that it knows, and ends too early.
  writeFileSync(path, right.subarray(0, -100));
  await expect(useArtifact({ uri, destination, client })).rejects.toThrow('bytes had come');
  expect(readdirSync(destination)).toEqual(['old']);

  writeFileSync(path, right);
  await useArtifact({ uri, destination, client });
  expect(lstatSync(join(destination, 'z-hard')).ino).toBe(statSync(join(destination, 'large')).ino);
  expect(readlinkSync(join(destination, 'link'))).toBe('script');
});
