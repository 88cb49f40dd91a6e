import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { readBundle } from '#lib/bundle';
import { explain } from '#lib/errors';
import {
  createMemoryTarget,
  createRegistryClient,
  type Descriptor,
  fetchManifest,
  findTag,
  NotFoundError,
  type Platform,
  packLayer,
  parsePlatform,
  pushImage,
  pushIndex,
  type RegistryClient,
  readImages,
} from '#lib/oci';
import { definePipeline, defineTask, Text } from '#lib/tekton';
import { type Registry, startRegistry } from '#test/registries/registry';
import { carryOut, type Item, type Plan, type PlanInput, planPublication } from './index.ts';

const platforms = ['linux/amd64', 'linux/s390x'];
const first = '1'.repeat(40);
const second = '2'.repeat(40);

let registry: Registry;
let storage: string;
let client: RegistryClient;
let prefix: string;
let counter = 0;

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'publish-'));
  registry = await startRegistry({ storage });
  client = createRegistryClient({ retry: { attempts: 1 } });
});
afterAll(async () => {
  client.close();
  await registry.stop();
  await rm(storage, { recursive: true });
});
beforeEach(() => {
  prefix = `${registry.host}/test-${counter++}`;
});

test('pushes step image, tasks and pipelines, each naming the one before by digest', async () => {
  const plan = await planPublication(client, await input());

  await carryOut(plan);

  const [image, build, check] = plan.items.map(({ reference }) => reference);
  expect(plan.items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'step-image steps',
    'task build',
    'task check',
    'pipeline all',
  ]);
  expect(image).toMatch(/\/tekton-catalog\/steps:0\.1\.0@sha256:/);
  expect(build).toMatch(/\/tekton-catalog\/task-build:0\.2\.1@sha256:/);
  expect(await published(plan, 'build')).toContain(image);
  expect(await published(plan, 'all')).toContain(build);
  expect(await published(plan, 'all')).toContain(check);
});

test('a version has its own tag, one with the revision, and the floating ones', async () => {
  const plan = await planPublication(
    client,
    await input({ floatingTags: ['{major}.{minor}', 'latest', '{version}'] }),
  );

  await carryOut(plan);

  expect((await tagsOf(plan, 'build')).sort()).toEqual(['0.2', '0.2.1', `0.2.1-${first}`, 'latest']);
});

test('without a change a second run has nothing to do, also at a later revision', async () => {
  await carryOut(await planPublication(client, await input()));

  const plan = await planPublication(client, await input({ revision: second }));

  expect(plan.items.map(({ isThere }) => isThere)).toEqual([true, true, true, true]);
  expect(plan.items.flatMap(({ tags }) => tags)).toEqual([]);
});

test('a task that changed takes its pipeline along, and no other task', async () => {
  await carryOut(await planPublication(client, await input()));

  const plan = await planPublication(
    client,
    await input({ revision: second, what: 'Builds better.', version: '0.2.2' }),
  );

  const changed = plan.items.filter(({ isThere }) => !isThere).map(({ name }) => name);
  expect(changed).toEqual(['build', 'all']);
});

test('refuses another content under a published version, and says what it means to users', async () => {
  await carryOut(await planPublication(client, await input()));

  const result = planPublication(client, await input({ what: 'Builds better.' }));

  await expect(result).rejects.toThrow(
    'Task build: it has changed and is still version 0.2.1: the patch version must go up',
  );
});

// pipeline-migration-tool finds them by this tag, and pulls one file from under it.
test('a migration is published once, beside the bundles of its task', async () => {
  const plan = await planPublication(client, await input({ migration: 'yq …' }));
  await carryOut(plan);

  const tags: string[] = [];
  for await (const tag of find(plan, 'build').destination.tags()) tags.push(tag);

  const tag = tags.find((name) => name.startsWith('migration-'));
  expect(tag).toMatch(/^migration-0\.2\.1-[0-9a-f]{64}-0$/);
  const destination = find(plan, 'build').destination;
  const manifest = await fetchManifest(destination, await destination.resolve(tag ?? ''));
  expect(manifest).toMatchObject({
    layers: [{ annotations: { 'org.opencontainers.image.title': '0.2.1.sh' } }],
  });
  const again = await planPublication(client, await input({ migration: 'yq …' }));
  expect(again.items.map(({ kind }) => kind)).not.toContain('migration');
  const changed = planPublication(client, await input({ migration: 'yq something else' }));
  await expect(changed).rejects.toThrow('the migration of build to 0.2.1 is not the one that');
});

test('a new step image takes everything along', async () => {
  await carryOut(await planPublication(client, await input()));

  const plan = await planPublication(client, await input({ file: 'another' }));

  expect(plan.items.map(({ isThere }) => isThere)).toEqual([false, false, false, false]);
});

test('what is published has its SBOM and its provenance, and each image of the step image too', async () => {
  const plan = await planPublication(client, await input());

  await carryOut(plan);

  const [image, build] = plan.items;
  if (image === undefined || build === undefined) throw new Error('there are no items');
  expect(await attachedTo(build, build.root)).toEqual([
    'application/spdx+json',
    'application/vnd.in-toto+json',
  ]);
  expect(await attachedTo(image, image.root)).toEqual([
    'application/spdx+json',
    'application/vnd.in-toto+json',
  ]);
  const { images } = await readImages(image.destination, image.root.digest);
  for (const { descriptor } of images) {
    expect(await attachedTo(image, descriptor)).toEqual(['application/spdx+json']);
  }
});

test('a step image of one platform is taken as it is, and its label says its version', async () => {
  const target = createMemoryTarget();
  const layers = [await packLayer([{ path: 'usr/step', content: 'a' }])];
  const Labels = { 'org.opencontainers.image.version': '0.4.0' };
  const config = { os: 'linux', architecture: 'amd64', config: { Labels } };
  const root = await pushImage(target, { config, layers, tags: ['latest'] });
  const one = { from: target, reference: 'latest', platforms: ['linux/amd64'] };

  const plan = await planPublication(client, { ...(await input()), stepImage: one });
  await carryOut(plan);

  expect(plan.items[0]).toMatchObject({ version: '0.4.0', root: { digest: root.digest } });
  expect(await attachedTo(plan.items[0] as Item, root)).toEqual([
    'application/spdx+json',
    'application/vnd.in-toto+json',
  ]);
  const more = planPublication(client, { ...(await input()), stepImage: { ...one, platforms } });
  await expect(more).rejects.toThrow('is not there for linux/s390x');
});

test('a step image that does not say its version is refused', async () => {
  const target = createMemoryTarget();
  const layers = [await packLayer([{ path: 'usr/step', content: 'a' }])];
  await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers, tags: ['latest'] });
  const stepImage = { from: target, reference: 'latest', platforms: ['linux/amd64'] };

  const result = planPublication(client, { ...(await input()), stepImage });

  await expect(result).rejects.toThrow('does not say its version');
});

test('a plan writes nothing', async () => {
  const plan = await planPublication(client, await input());

  const there = await Promise.all(plan.items.map(({ destination, root }) => destination.exists(root)));
  expect(there).toEqual([false, false, false, false]);
});

test('a registry that dies midway leaves no tag behind, and the next run goes on', async () => {
  const other = await mkdtemp(join(tmpdir(), 'publish-'));
  onTestFinished(() => rm(other, { recursive: true }));
  const mortal = await startRegistry({ storage: other });
  onTestFinished(() => mortal.stop());
  const plan = await planPublication(client, await input({ prefix: `${mortal.host}/mortal` }));
  let pushed = 0;
  let stopped: Promise<void> | undefined;

  const result = carryOut(plan, {
    concurrency: 1,
    onEvent: ({ type }) => {
      if (type === 'pushed' && ++pushed === 2) stopped = mortal.stop('SIGKILL');
    },
  });

  await expect(result).rejects.toThrow('publishing ended midway, and no tag has moved');
  await stopped;
  const port = Number(mortal.host.split(':')[1]);
  await using again = await startRegistry({ storage: other, port });
  await expect(plan.items[1]?.destination.resolve('0.2.1')).rejects.toThrow(NotFoundError);
  const next = await planPublication(client, await input({ prefix: `${again.host}/mortal` }));
  expect(next.items.map(({ isThere }) => isThere)).toEqual([true, true, false, false]);
  await carryOut(next);
  expect(await tagsOf(next, 'all')).toContain('0.3.0');
});

test('an end among the tags names those that have moved', async () => {
  const planned = await planPublication(client, await input());
  const refusing = (item: Item): Item => ({
    ...item,
    destination: {
      ...item.destination,
      tag: async (root, tag, options) => {
        if (tag === 'latest') throw new Error('no such tag here');
        await item.destination.tag(root, tag, options);
      },
    },
  });
  const items = planned.items.map((item) => (item.name === 'build' ? refusing(item) : item));

  const message = await carryOut({ ...planned, items }).catch(explain);

  const kept = await Promise.all(
    items.flatMap(({ destination, tags }) =>
      tags.map(async ({ tag }) => ((await findTag(destination, tag)) ? [`${destination.name}:${tag}`] : [])),
    ),
  );
  const [, said = ''] = /these tags have moved: (.+): no such tag here\n/.exec(message ?? '') ?? [];
  expect(said.split(', ').toSorted()).toEqual(kept.flat().toSorted());
  expect(said).not.toContain('/task-build:latest');
});

test('who publishes at the same time is not undone', async () => {
  const plan = await planPublication(client, await input());
  await carryOut(await planPublication(client, await input({ what: 'Somebody else builds.' })));

  const message = await carryOut(plan).catch(explain);

  expect(message).toMatch(/^publishing ended midway, and no tag has moved/);
  expect(message).toMatch(/task-build:0\.2\.1\S* was not there when this began, and is sha256:/);
});

test('refuses a step image without a platform that is wanted', async () => {
  const result = planPublication(client, await input({ has: ['linux/amd64'] }));

  await expect(result).rejects.toThrow(/^the step image .* is not there for linux\/s390x/);
});

test('refuses a pipeline whose task is not published', async () => {
  const { catalog, ...rest } = await input();

  const result = planPublication(client, { ...rest, catalog: { ...catalog, tasks: catalog.tasks.slice(1) } });

  await expect(result).rejects.toThrow('a pipeline refers to the task build, which is not published');
});

test.for([
  ['{patch}', 'not a floating tag: "{patch}": there is no {patch}'],
  ['a b', 'not a tag: "a b"'],
])('refuses the floating tag %j', async ([tag, message]) => {
  const result = planPublication(client, await input({ floatingTags: [tag as string] }));

  await expect(result).rejects.toThrow(message);
});

test('of the address of the source and of who publishes no userinfo is published', async () => {
  const secret = 'https://user:SECRET@example.com';
  const given = await input();

  const plan = await planPublication(client, {
    ...given,
    source: { ...given.source, url: `${secret}/catalog` },
    builder: `${secret}/builder`,
  });
  await carryOut(plan);

  expect(plan.source.url).toBe('https://example.com/catalog');
  expect(plan.builder).toBe('https://example.com/builder');
  const files = await readdir(storage, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  );
  expect(texts.some((text) => text.includes('https://example.com/builder'))).toBe(true);
  expect(texts.filter((text) => text.includes('SECRET'))).toEqual([]);
});

interface Variation {
  readonly prefix?: string;
  readonly revision?: string;
  readonly what?: string;
  readonly version?: `${number}.${number}.${number}`;
  readonly migration?: string;
  readonly file?: string;
  readonly has?: readonly string[];
  readonly floatingTags?: readonly string[];
}

async function input(variation: Variation = {}): Promise<PlanInput> {
  return {
    catalog: catalogOf(variation.what ?? 'Builds.', variation.version ?? '0.2.1'),
    prefix: variation.prefix ?? prefix,
    stepImage: { from: await stepImage(variation), reference: 'latest', platforms },
    source: { url: 'https://example.com/catalog', revision: variation.revision ?? first, date: new Date(0) },
    floatingTags: variation.floatingTags ?? ['latest'],
    ...(variation.migration === undefined
      ? {}
      : {
          migrations: new Map([['build', [{ version: '0.2.1', script: Buffer.from(variation.migration) }]]]),
        }),
  };
}

function catalogOf(what: string, version: `${number}.${number}.${number}`) {
  const resources = { cpu: '1', memory: '1Gi', timeout: '1h' } as const;
  const build = defineTask({
    name: 'build',
    version,
    description: what,
    params: { what: Text.describe('What to build.') },
    results: { image: Text.describe('What was built.') },
    steps: { build: { ...resources, writes: ['image'] } },
  });
  const check = defineTask({
    name: 'check',
    version: '1.0.0',
    description: 'Checks.',
    params: { image: Text.describe('What to check.') },
    results: {},
    steps: { check: resources },
  });
  const all = definePipeline({
    name: 'all',
    version: '0.3.0',
    description: 'Builds and checks.',
    params: { what: Text.describe('What to build.') },
    body({ params, run }) {
      const built = run('build', build, { params: { what: params.what } });
      run('check', check, { params: { image: built.results.image } });
      return {};
    },
  });
  return { tasks: [build, check], pipelines: [all], stepImage: 'unused' };
}

async function stepImage({ file = 'file', has = platforms }: Variation) {
  const target = createMemoryTarget();
  const layers = [await packLayer([{ path: 'usr/step', content: file }])];
  const manifests = [];
  for (const platform of has.map(parsePlatform) as Required<Platform>[]) {
    const { os, architecture } = platform;
    manifests.push(await pushImage(target, { config: { os, architecture }, layers }));
  }
  const annotations = { 'org.opencontainers.image.version': '0.1.0' };
  await pushIndex(target, { manifests, annotations, tags: ['latest'] });
  return target;
}

async function published(plan: Plan, name: string): Promise<string> {
  const { destination, version } = find(plan, name);
  const bundle = await readBundle(destination, version);
  return JSON.stringify(bundle.entries.map(({ object }) => object));
}

async function tagsOf(plan: Plan, name: string): Promise<string[]> {
  const tags: string[] = [];
  for await (const tag of find(plan, name).destination.tags()) tags.push(tag);
  // Where a registry has no list of referrers, a tag of this form is the list.
  return tags.filter((tag) => !tag.startsWith('sha256-'));
}

async function attachedTo({ destination }: Item, subject: Descriptor): Promise<string[]> {
  return (await destination.referrers(subject)).map(({ artifactType = '' }) => artifactType).sort();
}

function find({ items }: Plan, name: string): Item {
  const found = items.find((item) => item.name === name && item.kind !== 'migration');
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
}
