import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, describe as suite, test } from 'vitest';
import { type RunningRegistry, registryKinds } from '#test/registries/registries';
import { type Registry, startRegistry } from '#test/registries/registry';
import { standIns, startStandIn } from '#test/registries/stand-ins';
import {
  copy,
  createMemoryTarget,
  createRegistryClient,
  type Descriptor,
  packLayer,
  pushArtifact,
  pushImage,
  type RegistryClient,
  type Repository,
} from './index.ts';

// These tests do what users do, against every registry that can run here and stand-ins for the others. README has the
// table.

interface Kind {
  readonly name: string;
  readonly mounts: boolean;
  readonly deletes: boolean;
  readonly attaches: boolean;
  start(): Promise<RunningRegistry>;
}

let upstream: Registry;

beforeAll(async () => {
  upstream = await startRegistry();
});

afterAll(() => upstream.stop());

const real = (await registryKinds()).map((kind): Kind => ({ ...kind, deletes: true, attaches: true }));
const vendors = standIns.map(
  (standIn): Kind => ({
    ...standIn,
    name: `a stand-in for ${standIn.name}`,
    start: () => startStandIn(standIn, upstream.host),
  }),
);

test('README has a row for each stand-in', async () => {
  const text = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');

  expect(standIns.filter(({ name }) => !text.includes(`\n| ${name} | |`))).toEqual([]);
});

suite.each([...real, ...vendors])('$name', (kind) => {
  const { name, mounts, deletes, attaches } = kind;
  let registry: RunningRegistry;
  let client: RegistryClient;
  let from: Repository;
  let to: Repository;
  let root: Descriptor;

  beforeAll(async () => {
    registry = await kind.start();
    client = createRegistryClient({ credentials: async () => undefined, retry: { delay: 1 } });
    const folder = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    from = client.repository(`${registry.host}/${folder}/from`);
    to = client.repository(`${registry.host}/${folder}/to`);
  });

  afterAll(async () => {
    client.close();
    await registry.stop();
  });

  test('an image is pushed, and its tags are listed to the end', async () => {
    const layers = [await packLayer([{ path: 'file', content: name }])];
    const config = { os: 'linux', architecture: 'amd64' };
    root = await pushImage(from, { config, layers, tags: ['1', '2', '3'] });

    const tags: string[] = [];
    for await (const tag of from.tags()) tags.push(tag);

    expect(tags.sort()).toEqual(['1', '2', '3']);
    expect((await from.resolve('2')).digest).toBe(root.digest);
  });

  test(`it is copied to another repository, ${mounts ? 'by mounts' : 'blob by blob'}, and once only`, async () => {
    const first = await copy(from, to, { reference: '1', tags: ['a'] });
    const second = await copy(from, to, { reference: '1', tags: ['a'] });

    expect(first.mounted).toHaveLength(mounts ? 2 : 0);
    // One of the registries shares blobs among all repositories.
    expect(first.copied.length + first.skipped.length).toBe(mounts ? 1 : 3);
    expect([second.copied, second.mounted, second.tagged]).toEqual([[], [], []]);
  });

  test('a blob that is there is found', async () => {
    const memory = createMemoryTarget();
    const { copied } = await copy(from, memory, { reference: root.digest });

    expect(await Promise.all(copied.map((descriptor) => to.exists(descriptor)))).toEqual([true, true, true]);
  });

  test('it is pulled byte by byte', async () => {
    const memory = createMemoryTarget();
    await copy(to, memory, { reference: 'a', tags: ['here'] });

    expect((await memory.resolve('here')).digest).toBe(root.digest);
  });

  test(`an artifact is ${attaches ? 'attached and listed, once' : 'attached in vain, which is said'}`, async () => {
    const attach = () => pushArtifact(from, { artifactType: 'a/b', subject: root, parts: [] });
    expect(await from.referrers(root)).toEqual([]);

    if (!attaches) {
      await expect(attach()).rejects.toThrow('the registry takes it for the digest');
      return;
    }
    const { digest } = await attach();
    await attach();

    expect(await from.referrers(root)).toMatchObject([{ digest }]);
  });

  test(`a manifest is deleted${deletes ? '' : ' in vain, which is said'}`, async () => {
    const deleted = to.delete(root);

    if (deletes) {
      await deleted;
      expect(await to.exists(root)).toBe(false);
    } else {
      await expect(deleted).rejects.toMatchObject({ status: 405, code: 'UNSUPPORTED' });
    }
  });
});
