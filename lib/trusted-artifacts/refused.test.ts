import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createRegistryClient, describe, digestOf } from '#lib/oci';
import { run } from '#lib/process';
import { type TarItem, tarOf } from '#test/images/tar-writer';
import { type Registry, startRegistry } from '#test/registries/registry';
import { createArtifacts, InvalidArtifactError, useArtifact } from './index.ts';

const client = createRegistryClient({ credentials: async () => undefined });
let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(async () => {
  client.close();
  await registry.stop();
});

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), 'artifacts-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function pushBlob(bytes: Uint8Array): Promise<string> {
  const repository = client.repository(`${registry.host}/refused`);
  await repository.push(describe('application/octet-stream', bytes), bytes);
  return `oci:${repository.name}@${digestOf(bytes)}`;
}

const away = { path: 'away', flag: '2', link: '/tmp' };
const file = { path: 'file', content: 'x' };

test.for<[what: string, entries: readonly TarItem[], name: string, why: string]>([
  ['an absolute path', [{ path: '/tmp/evil', content: 'x' }], '/tmp/evil', 'absolute'],
  ['a path that goes up', [{ path: '../evil', content: 'x' }], '../evil', '".."'],
  ['one that goes up in the middle', [{ path: 'a/../../evil' }], 'a/../../evil', '".."'],
  ['a directory that goes up', [{ path: '../evil/', flag: '5' }], '../evil/', '".."'],
  [
    'a file through a link',
    [away, { path: 'away/evil', content: 'x' }],
    'away/evil',
    'goes through the link',
  ],
  ['a directory through a link', [away, { path: 'away/d/', flag: '5' }], 'away/d/', 'goes through the link'],
  ['a directory in place of a link', [away, { path: 'away/', flag: '5' }], 'away/', 'a link of this name'],
  [
    'a link through a link',
    [away, { path: 'away/l', flag: '2', link: 'x' }],
    'away/l',
    'goes through the link',
  ],
  ['a file through a file', [file, { path: 'file/x' }], 'file/x', 'goes through the file'],
  ['a hard link out of it', [{ path: 'h', flag: '1', link: '/etc/passwd' }], 'h', 'absolute'],
  ['a hard link up', [{ path: 'h', flag: '1', link: '../../etc/passwd' }], 'h', '".."'],
  [
    'a hard link through a link',
    [away, { path: 'h', flag: '1', link: 'away/x' }],
    'h',
    'no file of the archive',
  ],
  ['a hard link to a link', [away, { path: 'h', flag: '1', link: 'away' }], 'h', 'no file of the archive'],
  [
    'a hard link to what comes later',
    [{ path: 'h', flag: '1', link: 'file' }, file],
    'h',
    'no file of the archive',
  ],
  ['a hard link to itself', [file, { path: 'file', flag: '1', link: 'file' }], 'file', 'to itself'],
  [
    'a hard link to a directory',
    [
      { path: 'd/', flag: '5' },
      { path: 'h', flag: '1', link: 'd' },
    ],
    'h',
    'no file',
  ],
  ['a character device', [{ path: 'dev', flag: '3' }], 'dev', 'a device'],
  ['a block device', [{ path: 'dev', flag: '4' }], 'dev', 'a device'],
  ['a FIFO', [{ path: 'fifo', flag: '6' }], 'fifo', 'a FIFO'],
  ['a file of an unknown type', [{ path: 'odd', flag: 'V' }], 'odd', 'the type "V"'],
  [
    'a file in place of a directory',
    [{ path: 'd/', flag: '5' }, { path: 'd' }],
    'd',
    'a directory of this name',
  ],
  ['a link that says nothing', [{ path: 'l', flag: '2' }], 'l', 'links to nothing'],
  ['a file for the directory itself', [{ path: '.' }], '.', 'the directory itself'],
])('%s refuses the archive by name, and nothing of it is seen', async ([, entries, name, why]) => {
  const directory = place();
  const destination = join(directory, 'used');
  mkdirSync(destination);
  writeFileSync(join(destination, 'old'), '');
  const uri = await pushBlob(gzipSync(tarOf([{ path: 'first', content: 'x' }, ...entries])));

  const failure = useArtifact({ uri, destination, client });

  await expect(failure).rejects.toThrow(InvalidArtifactError);
  await expect(failure).rejects.toThrow(`"${name}"`);
  await expect(failure).rejects.toThrow(why);
  expect(readdirSync(destination)).toEqual(['old']);
  expect(readdirSync(directory)).toEqual(['used']);
  expect(existsSync('/tmp/evil')).toBe(false);
});

test.for([
  ['no archive', Buffer.from('hello, this is no archive at all'), ''],
  ['a broken gzip', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(100)]), 'broken gzip'],
  [
    'an archive that is cut off',
    gzipSync(tarOf([{ path: 'a', content: 'x'.repeat(5000) }]).subarray(0, 3000)),
    'too early',
  ],
  [
    'a gzip with something behind it',
    Buffer.concat([gzipSync(tarOf([])), Buffer.from('more')]),
    'broken gzip',
  ],
  [
    'an archive with something behind it',
    gzipSync(Buffer.concat([tarOf([]), tarOf([file])])),
    'after the end',
  ],
] as const)('%s of the right digest is refused', async ([, bytes, why]) => {
  const destination = join(place(), 'used');
  const uri = await pushBlob(bytes);

  const failure = useArtifact({ uri, destination, client });

  await expect(failure).rejects.toThrow(InvalidArtifactError);
  await expect(failure).rejects.toThrow(`the artifact ${uri} cannot be unpacked`);
  await expect(failure).rejects.toThrow(why);
  expect(existsSync(destination)).toBe(false);
});

test('of two entries with one name the last counts, and a link is not followed by it', async () => {
  const directory = place();
  const uri = await pushBlob(
    gzipSync(
      tarOf([
        { ...away, link: '../victim' },
        { path: 'away', content: 'last' },
      ]),
    ),
  );
  writeFileSync(join(directory, 'victim'), 'untouched');

  await useArtifact({ uri, destination: join(directory, 'used'), client });

  expect(statSync(join(directory, 'victim')).size).toBe('untouched'.length);
  expect(statSync(join(directory, 'used/away')).size).toBe('last'.length);
});

test('a tree with a FIFO is refused by name before anything is pushed', async () => {
  const directory = place();
  await run('mkfifo', [join(directory, 'fifo')]);
  const store = `${registry.host}/fifo:1`;

  const failure = createArtifacts({ store, artifacts: [{ name: 'A', path: directory }], client });

  await expect(failure).rejects.toThrow(`cannot pack "${directory}/fifo"`);
  await expect(client.repository(store).resolve('1')).rejects.toThrow('no such');
});

test.for([['../A'], [''], ['a/b'], ['-x'], ['a b'], ['..']])(
  'an artifact cannot be called %j',
  async ([name = '']) => {
    const failure = createArtifacts({
      store: `${registry.host}/a:1`,
      artifacts: [{ name, path: '/not/there' }],
      client,
    });

    await expect(failure).rejects.toThrow("cannot be an artifact's name");
  },
);

test('a store with a digest is refused', async () => {
  const store = `${registry.host}/a@sha256:${'0'.repeat(64)}`;

  await expect(createArtifacts({ store, artifacts: [], client })).rejects.toThrow('it has a digest');
});

test.for(['5', 'd', '5 d', '5d\n', 'https://u:secret@example.com'])(
  'an artifact cannot expire after %j',
  async (expiresAfter) => {
    const store = `${registry.host}/expires:1`;
    const artifacts = [{ name: 'A', path: '/not/there' }];

    const failure = createArtifacts({ store, artifacts, expiresAfter, client });

    await expect(failure).rejects.toThrow('does not say when an artifact expires');
    await expect(client.repository(store).resolve('1')).rejects.toThrow('no such');
  },
);
