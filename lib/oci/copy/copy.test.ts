import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CopyEvent,
  copy,
  createLayout,
  createMemoryTarget,
  createRegistryClient,
  type Descriptor,
  DigestMismatchError,
  NotFoundError,
  packLayer,
  pushImage,
  pushIndex,
  type Target,
} from '#lib/oci';
import { run } from '#lib/process';
import { type Registry, startRegistry } from '#test/registries/registry';

let registry: Registry;
let folder: string;
const client = createRegistryClient();

beforeAll(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), 'oci-copy-'));
});

afterAll(async () => {
  client.close();
  await registry.stop();
  await rm(folder, { recursive: true });
});

test.for(['memory', 'layout', 'registry'])(
  'copies an index with all that it names into a %s',
  async (kind) => {
    const from = createMemoryTarget();
    const root = await pushExample(from);
    const to = open(kind);

    const result = await copy(from, to, { reference: 'one', tags: ['two', 'three'] });

    expect(result).toMatchObject({ root: { digest: root.digest }, skipped: [], tagged: ['two', 'three'] });
    expect(result.copied).toHaveLength(8);
    expect((await to.resolve('three')).digest).toBe(root.digest);
    // Back again: every byte is there and verified.
    const back = createMemoryTarget();
    await copy(to, back, { reference: root.digest });
    expect((await back.resolve(root.digest)).digest).toBe(root.digest);
  },
);

test.for(['memory', 'layout', 'registry'])('a second copy into a %s writes nothing', async (kind) => {
  const from = createMemoryTarget();
  await pushExample(from);
  const to = open(kind);
  await copy(from, to, { reference: 'one', tags: ['same'] });

  const again = await copy(from, to, { reference: 'one', tags: ['same'] });

  expect(again).toMatchObject({
    copied: [],
    mounted: [],
    tagged: [],
    skipped: [{ size: expect.any(Number) }],
  });
});

test('mounts what the registry has in another repository', async () => {
  const from = client.repository(`${registry.host}/mount/from`);
  await pushExample(from);

  const result = await copy(from, client.repository(`${registry.host}/mount/to`), { reference: 'one' });

  expect(result.copied.map(({ mediaType }) => mediaType)).toEqual(
    expect.not.arrayContaining([expect.stringContaining('layer')]),
  );
  expect(result.mounted).toHaveLength(5);
});

test('tells every byte, and what became of every descriptor', async () => {
  const from = createMemoryTarget();
  await pushExample(from);
  const events: CopyEvent[] = [];

  const { copied } = await copy(from, createMemoryTarget(), {
    reference: 'one',
    tags: ['two'],
    onProgress: (event) => events.push(event),
  });

  const bytes = events.reduce((sum, event) => sum + (event.type === 'bytes' ? event.bytes : 0), 0);
  const blobs = copied.filter(({ mediaType }) => !/manifest|index/.test(mediaType));
  expect(bytes).toBe(blobs.reduce((sum, { size }) => sum + size, 0));
  expect(events.at(-1)).toMatchObject({ type: 'tagged', tag: 'two' });
});

test('a copy that fails midway has moved no tag, and the next one goes on', async () => {
  const from = createMemoryTarget();
  const root = await pushExample(from);
  const to = createMemoryTarget();
  let left = 3;
  const failing: Target = {
    ...to,
    push: async (...args) => {
      if (left-- === 0) throw new Error('the disk is full');
      return to.push(...args);
    },
  };

  await expect(copy(from, failing, { reference: 'one', tags: ['two'] })).rejects.toThrow('the disk is full');
  expect(to.tags.size).toBe(0);
  const second = await copy(from, to, { reference: 'one', tags: ['two'] });

  expect(second.skipped.length).toBeGreaterThan(0);
  expect(to.tags.get('two')?.digest).toBe(root.digest);
});

test('a layout that has rotted is refused, and no tag moves', async () => {
  const path = join(folder, 'rotten');
  await pushExample(createLayout(path));
  const root = await pushIndex(createLayout(path), { manifests: [], tags: ['empty'] });
  const [name = ''] = (await readdir(join(path, 'blobs/sha256'))).filter((hex) => !root.digest.endsWith(hex));
  const blob = join(path, 'blobs/sha256', name);
  const bytes = await readFile(blob);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  await writeFile(blob, bytes);
  const to = client.repository(`${registry.host}/rotten`);

  const copied = copy(createLayout(path), to, { reference: 'one', tags: ['one'], onProgress: () => {} });

  await expect(copied).rejects.toThrow(DigestMismatchError);
  await expect(to.resolve('one')).rejects.toThrow(NotFoundError);
});

test('an aborted copy ends with the reason', async () => {
  const from = createMemoryTarget();
  await pushExample(from);

  const aborted = copy(from, client.repository(`${registry.host}/aborted`), {
    reference: 'one',
    signal: AbortSignal.abort(new Error('stop it')),
  });

  await expect(aborted).rejects.toThrow('stop it');
});

test('skopeo reads the layout and the registry that we wrote, and finds the same digest', async () => {
  const from = createMemoryTarget();
  const root = await pushExample(from);
  const path = join(folder, 'for-skopeo');
  await copy(from, createLayout(path), { reference: 'one', tags: ['a'] });
  const to = client.repository(`${registry.host}/for/skopeo`);
  await copy(from, to, { reference: 'one', tags: ['a'] });
  const source = `docker://${registry.host}/for/skopeo:a`;

  const digest = async (image: string) => {
    const { stdout } = await run('skopeo', ['inspect', '--raw', '--tls-verify=false', image]);
    return JSON.parse(stdout).manifests.map((manifest: Descriptor) => manifest.digest);
  };
  const target = `dir:${folder}/skopeo-dir`;
  await run('skopeo', ['copy', '--all', '--src-tls-verify=false', '--preserve-digests', source, target]);

  expect(await digest(`oci:${path}:a`)).toEqual(await digest(source));
  expect(await readdir(join(folder, 'skopeo-dir'))).toContain('manifest.json');
  expect(root.size).toBeGreaterThan(0);
});

let opened = 0;

function open(kind: string): Target {
  const name = `target-${opened++}`;
  if (kind === 'memory') return createMemoryTarget(name);
  return kind === 'layout'
    ? createLayout(join(folder, name))
    : client.repository(`${registry.host}/copy/${name}`);
}

/** Two platforms with a layer in common: 3 layers, 2 configurations, 2 manifests and the index. */
async function pushExample(target: Target): Promise<Descriptor> {
  const shared = await packLayer([{ path: 'etc/os-release', content: 'ID=fedora\n' }]);
  const manifests: Descriptor[] = [];
  for (const architecture of ['amd64', 's390x']) {
    const own = await packLayer([{ path: 'usr/bin/sh', content: architecture, mode: 0o755 }], {
      compression: architecture === 's390x' ? 'zstd' : 'gzip',
    });
    const config = { os: 'linux', architecture, created: '1970-01-01T00:00:00Z' };
    manifests.push(await pushImage(target, { config, layers: [shared, own] }));
  }
  return pushIndex(target, { manifests, tags: ['one'] });
}
