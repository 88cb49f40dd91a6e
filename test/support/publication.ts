import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { readBundle } from '#lib/bundle';
import {
  createMemoryTarget,
  createRegistryClient,
  type Descriptor,
  type Platform,
  packLayer,
  parsePlatform,
  pushImage,
  pushIndex,
  type RegistryClient,
} from '#lib/oci';
import type { Item, Plan, PlanInput } from '#lib/publish';
import { definePipeline, defineTask, Text } from '#lib/tekton';
import { type Registry, startRegistry } from '#test/registries/registry';

const platforms = ['linux/amd64', 'linux/s390x'];
const first = '1'.repeat(40);

export interface TestPublication {
  readonly registry: Registry;
  /** Where the registry keeps everything. */
  readonly storage: string;
  readonly client: RegistryClient;
  /** What is published, into a place that no other test has. */
  readonly input: (variation?: Variation) => Promise<PlanInput>;
}

/** For the tests of a file: a registry, and a catalog of two tasks, a pipeline and a step image that are published there. */
export function testPublication(): TestPublication {
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
  return {
    get registry() {
      return registry;
    },
    get storage() {
      return storage;
    },
    get client() {
      return client;
    },
    input: (variation = {}) => inputOf({ prefix, ...variation }),
  };
}

export interface Variation {
  readonly prefix?: string;
  readonly revision?: string;
  readonly what?: string;
  readonly version?: `${number}.${number}.${number}`;
  readonly migration?: string;
  readonly file?: string;
  readonly has?: readonly string[];
  readonly floatingTags?: readonly string[];
}

async function inputOf(variation: Variation): Promise<PlanInput> {
  return {
    catalog: catalogOf(variation.what ?? 'Builds.', variation.version ?? '0.2.1'),
    prefix: variation.prefix ?? '',
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

export async function published(plan: Plan, name: string): Promise<string> {
  const { destination, version } = find(plan, name);
  const bundle = await readBundle(destination, version);
  return JSON.stringify(bundle.entries.map(({ object }) => object));
}

export async function tagsOf(plan: Plan, name: string): Promise<string[]> {
  const tags: string[] = [];
  for await (const tag of find(plan, name).destination.tags()) tags.push(tag);
  // Where a registry has no list of referrers, a tag of this form is the list.
  return tags.filter((tag) => !tag.startsWith('sha256-'));
}

export async function attachedTo({ destination }: Item, subject: Descriptor): Promise<string[]> {
  return (await destination.referrers(subject)).map(({ artifactType = '' }) => artifactType).sort();
}

export function find({ items }: Plan, name: string): Item {
  const found = items.find((item) => item.name === name && item.kind !== 'migration');
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
}
