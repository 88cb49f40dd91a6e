import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBundle } from '#lib/bundle';
import { type DefinedCatalog, defineCatalog, generatedFiles } from '#lib/catalog';
import { createResolvers, parseImageMapping, parseObjects, runLocally, sortObjects } from '#lib/local';
import {
  createMemoryTarget,
  createRegistryClient,
  packLayer,
  parseReference,
  pushImage,
  pushIndex,
  type RegistryClient,
} from '#lib/oci';
import { carryOut, type Plan, planPublication } from '#lib/publish';
import { toYaml } from '#lib/tekton';
import { checkVersions } from '#lib/versions';
import { type Registry, startRegistry } from '#test/registries/registry';

const root = join(import.meta.dirname, '..');
let scratch: string;
let registry: Registry;
let client: RegistryClient;
let catalog: DefinedCatalog;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'step-actions-'));
  registry = await startRegistry({ storage: join(scratch, 'registry') });
  client = createRegistryClient();
  catalog = await makeCatalog('Greets.');
});
afterAll(async () => {
  client.close();
  await registry.stop();
  rmSync(scratch, { recursive: true });
});

test('a StepAction is rendered and has its page, and a task of the catalog refers to it by name', () => {
  const { stale, write } = generatedFiles(catalog);
  write();

  expect(stale).toEqual([
    'CATALOG.md',
    'pipelines/all.md',
    'schema.json',
    'stepactions/greet/README.md',
    'tasks/hello/README.md',
    'yaml/pipelines/all.yaml',
    'yaml/stepactions/greet.yaml',
    'yaml/tasks/hello.yaml',
  ]);
  expect(generatedFiles(catalog).stale).toEqual([]);
  expect(read('yaml/stepactions/greet.yaml')).toContain('kind: StepAction');
  expect(read('yaml/tasks/hello.yaml')).toContain('ref:\n        name: greet');
  expect(read('stepactions/greet/README.md')).toContain('| `NAME` | yes | string |  |  | Who is greeted. |');
  expect(read('stepactions/greet/README.md')).toContain('| `GREETING` | string | What was said. |');
});

test('it is published as a bundle of its own, before the tasks that name it by digest', async () => {
  const plan = await publish(catalog);

  const [image, greet, hello] = plan.items;
  expect(plan.items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'step-image steps',
    'stepaction greet',
    'task hello',
    'pipeline all',
  ]);
  expect(greet?.reference).toMatch(/\/mine\/stepaction-greet:0\.1\.0@sha256:/);
  const { entries, problems } = await readBundle(
    client.repository(parseReference(greet?.reference ?? '')),
    greet?.root.digest ?? '',
  );
  expect(problems).toEqual([]);
  expect(entries).toMatchObject([{ kind: 'stepaction', apiVersion: 'v1beta1', name: 'greet' }]);
  expect(greet?.object?.spec).toMatchObject({ image: image?.reference });
  expect(JSON.stringify(hello?.object)).toContain(`{"name":"bundle","value":"${greet?.reference}"}`);
});

test('a pipeline from its bundle runs the task of another bundle, whose step is of a third', async () => {
  const plan = await publish(catalog);
  const run = {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name: 'all' },
    spec: { pipelineRef: bundled(plan, 'pipeline', 'all'), params: [{ name: 'WHO', value: "o'ne" }] },
  };

  const result = await runLocally({
    objects: sortObjects(parseObjects(toYaml(run), 'test')),
    resolvers: createResolvers({ client, cacheDirectory: join(scratch, 'cache') }),
    imageMap: [parseImageMapping('*=rootfs:/')],
    runsDirectory: join(scratch, 'runs'),
    network: 'host',
  });

  expect(result.message).toContain('Tasks Completed: 1 (Failed: 0');
  expect(result.results).toEqual([{ name: 'SAID', value: "hello o'ne" }]);
});

test('another content under its version is refused, and what a change means to its users is told', async () => {
  await publish(catalog);
  const other = await makeCatalog('Greets.', 'WHOM');

  await expect(publish(other)).rejects.toThrow(/StepAction greet: .* the minor version must go up/);
});

test('its changelog is asked for like that of a task', async () => {
  generatedFiles(catalog).write();

  const checks = await checkVersions({ ...catalog, base: undefined });

  expect(checks.find(({ kind }) => kind === 'stepaction')).toMatchObject({
    name: 'greet',
    version: '0.1.0',
    problems: ['stepactions/greet/CHANGELOG.md has no entry for 0.1.0'],
  });
});

test('a task that refers to a StepAction of nobody is not published', async () => {
  await expect(publish({ ...catalog, stepActions: [] })).rejects.toThrow(
    'a task refers to the stepaction greet, which is not published',
  );
});

let catalogs = 0;

/** A catalog in a directory of its own; `param` is what the StepAction calls its parameter. */
async function makeCatalog(description: string, param = 'NAME'): Promise<DefinedCatalog> {
  const directory = join(scratch, `catalog-${catalogs++}`);
  const lib = JSON.stringify(join(root, 'lib/tekton/index.ts'));
  const files = {
    'stepactions/greet/step-action.ts': `import { defineStepAction, Text } from ${lib};
export const stepAction = defineStepAction({
  name: 'greet', version: '0.1.0', description: ${JSON.stringify(description)},
  params: { ${param}: Text.describe('Who is greeted.') },
  results: { GREETING: Text.describe('What was said.') },
  step: ({ params, results }) => ({
    command: ['sh', '-c', 'printf "hello %s" "$2" > "$1"', 'greet'],
    args: [results.GREETING.path, params.${param}],
  }),
});`,
    'tasks/hello/task.ts': `import { defineTask, Text, uses } from ${lib};
import { stepAction as greet } from '../../stepactions/greet/step-action.ts';
export const task = defineTask({
  name: 'hello', version: '0.1.0', description: 'Says hello.',
  params: { WHO: Text.describe('Who.') }, results: { SAID: Text.describe('What.') },
  steps: ({ params, results, step }) => {
    const said = uses(greet, { params: { ${param}: params.WHO } });
    return {
      said,
      tell: {
        image: 'registry.example/any:1', command: ['sh', '-c', 'printf %s "$2" > "$1"', 'tell'],
        args: [results.SAID.path, step({ said }).result('GREETING')], writes: ['SAID'],
      },
    };
  },
});`,
    'pipelines/all.ts': `import { definePipeline, Text } from ${lib};
import { task as hello } from '../tasks/hello/task.ts';
export const pipeline = definePipeline({
  name: 'all', version: '0.1.0', description: 'All.', params: { WHO: Text.describe('Who.') },
  body({ params, run }) {
    const said = run('hello', hello, { params: { WHO: params.WHO } });
    return { SAID: said.results.SAID };
  },
});`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return defineCatalog({
    root: directory,
    folders: { rendered: 'yaml' },
    publication: {
      prefix: 'registry.example',
      folder: 'mine',
      floatingTags: ['latest'],
      platforms: ['linux/amd64'],
      source: 'https://example.com/mine',
    },
  });
}

async function publish(what: DefinedCatalog): Promise<Plan> {
  const plan = await planPublication(client, {
    catalog: what,
    prefix: registry.host,
    stepImage: { from: await stepImage(), reference: 'latest', platforms: ['linux/amd64'] },
    source: { url: 'https://example.com/mine', revision: '1'.repeat(40), date: new Date(0) },
  });
  await carryOut(plan);
  return plan;
}

async function stepImage() {
  const target = createMemoryTarget();
  const layers = [await packLayer([{ path: 'usr/step', content: 'a step' }])];
  const image = await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers });
  const annotations = { 'org.opencontainers.image.version': '0.1.0' };
  await pushIndex(target, { manifests: [image], annotations, tags: ['latest'] });
  return target;
}

function bundled({ items }: Plan, kind: string, name: string): object {
  const bundle = items.find((item) => item.kind === kind && item.name === name)?.reference;
  return {
    resolver: 'bundles',
    params: Object.entries({ bundle, name, kind }).map(([key, value]) => ({ name: key, value })),
  };
}

function read(path: string): string {
  return readFileSync(join(catalog.root, path), 'utf8');
}
