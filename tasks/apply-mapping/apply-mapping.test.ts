import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import {
  createRegistryClient,
  describe,
  packLayer,
  pushArtifact,
  pushImage,
  pushIndex,
  type RegistryClient,
} from '#lib/oci';
import { releaseFiles } from '#lib/release-files';
import { runStepWith } from '#test/context';
import { type Registry, startRegistry } from '#test/registries/registry';
import applyMapping from './apply-mapping.ts';

let registry: Registry;
let client: RegistryClient;
let image: string;
let differing: string;
let workdir: string;
let lines: string[];

beforeAll(async () => {
  registry = await startRegistry();
  client = createRegistryClient({ credentials: async () => undefined });
  image = await pushPlatforms('one', () => '43');
  differing = await pushPlatforms('differing', (architecture) => `43.${architecture}`);
});
afterAll(async () => {
  client.close();
  await registry.stop();
});
beforeEach(() => {
  workdir = mkdtempSync(join(tmpdir(), 'apply-mapping-'));
  lines = [];
});
afterEach(() => rmSync(workdir, { recursive: true }));

async function pushPlatforms(name: string, versionOf: (architecture: string) => string): Promise<string> {
  const repository = client.repository(`${registry.host}/source/${name}`);
  const layer = await packLayer([{ path: 'etc/os-release', content: 'ID=fedora\n' }]);
  const manifests = [];
  for (const architecture of ['amd64', 'arm64']) {
    const Labels = { version: versionOf(architecture), invalid: 'a b', 'build-date': '2024-07-29T02:17:29' };
    const config = { os: 'linux', architecture, config: { Labels, Env: ['container=oci'] } };
    manifests.push(await pushImage(repository, { config, layers: [layer] }));
  }
  const { digest } = await pushIndex(repository, { manifests });
  return `${repository.name}@${digest}`;
}

const files = () =>
  releaseFiles({
    params: { dataDir: join(workdir, 'release'), ociStorage: 'empty' },
    workspaces: { workdir },
  });
const component = (name = 'comp1', containerImage = image) => ({
  name,
  containerImage,
  source: { git: { revision: 'myrev1234', url: 'myurl' } },
});

interface Given {
  readonly data?: object | undefined;
  readonly components?: readonly object[];
  readonly params?: Readonly<Record<string, string>>;
}

async function run({ data, components = [component()], params = {} }: Given) {
  files().write('snapshot.json', { componentGroup: 'app', components });
  if (data !== undefined) files().write('data.json', data);
  const given = { dataDir: join(workdir, 'release'), snapshotPath: 'snapshot.json', dataPath: 'data.json' };
  return runStepWith(applyMapping, { ...given, ...params }, { workspaces: { workdir }, lines });
}
const Written = z.looseObject({ components: z.array(z.looseObject({ name: z.string() })) });
const written = () => files().read('snapshot.json', Written, 'the Snapshot');
const target = (name: string) => `${registry.host}/target/${name}`;
const mapped = (tags: readonly string[], more: object = {}) => ({
  mapping: { components: [{ name: 'comp1', repositories: [{ url: target('a'), tags }], ...more }] },
});

// Cases of upstream's tests of this task, by their names there (test-apply-mapping-<name>.yaml).

test('both: repositories count where there is a repository, too', async () => {
  const repositories = ['a', 'b', 'c'].map((name) => ({ url: target(name), tags: ['1'] }));

  await run({
    data: { mapping: { components: [{ name: 'comp1', repository: target('legacy'), repositories }] } },
  });

  expect(written().components).toMatchObject([{ repository: target('legacy'), repositories }]);
});

test('old: the short form alone', async () => {
  await run({ data: { mapping: { components: [{ name: 'comp1', repository: target('a'), tags: ['1'] }] } } });

  expect(written().components).toMatchObject([
    { repository: target('a'), tags: ['1'], repositories: [{ url: target('a'), tags: ['1'] }] },
  ]);
});

const expansions = ['{{ timestamp }}', '{{git_sha}}', '{{   labels.version}}-{{git_short_sha }}', 'latest'];
const expanded = ['20240729', '43-myrev12', 'latest', 'myrev1234'];

test('tag-expansion: variables of labels, of the source, and of the time of the image', async () => {
  await run({ data: mapped(expansions, { timestampFormat: '%Y%m%d' }) });

  expect(written().components).toMatchObject([{ repositories: [{ tags: expanded }] }]);
});

test('tag-expansion-old: the same in the short form', async () => {
  const short = { name: 'comp1', repository: target('a'), tags: expansions, timestampFormat: '%Y%m%d' };
  await run({ data: { mapping: { components: [short] } } });

  expect(written().components).toMatchObject([{ tags: expanded, repositories: [{ tags: expanded }] }]);
});

test('component-incrementer: each repository has its own number', async () => {
  const there = client.repository(target('numbered'));
  const layer = await packLayer([{ path: 'x', content: 'x' }]);
  await pushImage(there, {
    config: { os: 'linux', architecture: 'amd64' },
    layers: [layer],
    tags: ['43-2', '43-11', '43-x', '44-99'],
  });
  const repositories = [{ url: target('numbered') }, { url: target('not-there') }];

  await run({
    data: {
      mapping: {
        components: [
          { name: 'comp1', componentTags: ['{{ labels.version }}-{{ incrementer }}'], repositories },
        ],
      },
    },
  });

  expect(written().components).toMatchObject([{ repositories: [{ tags: ['43-12'] }, { tags: ['43-1'] }] }]);
});

test('fail-empty-tags-existing-repo: a repository that lists no tag has perhaps used every number', async () => {
  const there = client.repository(target('untagged'));
  const layer = await packLayer([{ path: 'x', content: 'x' }]);
  const pushed = await pushImage(there, {
    config: { os: 'linux', architecture: 'amd64' },
    layers: [layer],
    tags: ['gone'],
  });
  await there.delete(pushed);

  await expect(
    run({
      data: {
        mapping: {
          components: [
            { name: 'comp1', repositories: [{ url: target('untagged'), tags: ['v1-{{ incrementer }}'] }] },
          ],
        },
      },
    }),
  ).rejects.toThrow('lists no tags: no number is known to be free');
});

test.for([
  ['fail-invalid-label-value', ['{{ labels.invalid }}'], 'becomes "a b", not a tag'],
  ['fail-invalid-tag-variable', ['{{ git_sha2 }}'], 'the variable git_sha2 is unknown'],
  ['fail-missing-label', ['{{ labels.mylabel }}'], 'the variable labels.mylabel is empty'],
  ['fail-tag-expansion', ['tag1-{{ unknown }}'], 'the variable unknown is unknown'],
] as const)('%s', async ([, tags, message]) => {
  await expect(run({ data: mapped(tags) })).rejects.toThrow(message);
  expect(written().components).toEqual([component()]);
});

test('fail-on-empty', async () => {
  const given = { data: mapped(['1']), components: [component('comp2')] };

  await expect(run({ ...given, params: { failOnEmptyResult: 'true' } })).rejects.toThrow(
    'no component is both in the Snapshot and in the mapping: only the Snapshot has comp2, only the mapping has comp1',
  );
  expect(await run(given)).toEqual({ mapped: 'true' });
  expect(written().components).toEqual([]);
});

test.for([`quay.io/a/b:1`, 'quay.io/a/b', `quay.io/a/b:1@sha256:${'0'.repeat(64)}`])(
  'fail-on-invalid-image-reference: %s',
  async (reference) => {
    await expect(run({ data: mapped(['1']), components: [component('comp1', reference)] })).rejects.toThrow(
      'which is no image by digest',
    );
  },
);

test('helm-chart is refused by name', async () => {
  const repository = client.repository(`${registry.host}/source/chart`);
  const content = Buffer.from('{}');
  const config = describe('application/vnd.cncf.helm.config.v1+json', content);
  await repository.push(config, content);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] }));
  const { digest } = describe(mediaType, manifest);
  await repository.push(describe(mediaType, manifest), manifest);
  const components = [component('comp1', `${repository.name}@${digest}`)];

  await expect(run({ data: mapped(['1']), components })).rejects.toThrow('is a Helm chart');
});

test('implicit-timestamp-tag', async () => {
  const params = { addImplicitTimestampTag: 'true' };
  await run({ data: mapped(['latest'], { timestampFormat: '%Y' }), params });
  expect(written().components).toMatchObject([{ repositories: [{ tags: ['2024', 'latest'] }] }]);

  await run({ data: mapped(['x{{timestamp}}'], { timestampFormat: '%Y' }), params });
  expect(written().components).toMatchObject([{ repositories: [{ tags: ['x2024'] }] }]);
});

test('metadata: what all platforms say', async () => {
  await run({ data: mapped(['1']), components: [component('comp1', differing)] });

  expect(written().components).toMatchObject([
    {
      metadata: {
        labels: [
          { name: 'invalid', value: 'a b' },
          { name: 'build-date', value: '2024-07-29T02:17:29' },
        ],
        env_variables: ['container=oci'],
        annotations: [],
      },
    },
  ]);
});

test('no-metadata: an artifact that is no image has none, and can have plain tags', async () => {
  const repository = client.repository(`${registry.host}/source/artifact`);
  const { digest } = await pushArtifact(repository, {
    artifactType: 'text/x-notes',
    parts: [{ mediaType: 'text/plain', content: Buffer.from('x') }],
  });

  await run({ data: mapped(['1']), components: [component('comp1', `${repository.name}@${digest}`)] });

  expect(written().components[0]).not.toHaveProperty('metadata');
});

test.for([
  ['no-data-file', undefined],
  ['no-data-mapping', { images: {} }],
] as const)('%s: the Snapshot stays as it is', async ([, data]) => {
  expect(await run({ data })).toEqual({ mapped: 'false' });
  expect(written()).toEqual({ componentGroup: 'app', components: [component()] });
});

// What is ours.

test('platforms that differ are told, with both values', async () => {
  await expect(
    run({ data: mapped(['{{ labels.version }}']), components: [component('comp1', differing)] }),
  ).rejects.toThrow('"43.amd64" on linux/amd64, "43.arm64" on linux/arm64');
});

test('a table tells of each component what becomes of it, and failOnUnmapped refuses', async () => {
  const data = mapped(['1']);
  const components = [component(), component('typo')];
  await run({ data, components });

  expect(lines.join('\n')).toMatch(/^comp1 +released +\S+\/target\/a +1$/m);
  expect(lines.join('\n')).toMatch(/^typo +not released: the mapping does not have it$/m);
  const strict = { mapping: { ...data.mapping, failOnUnmapped: true } };
  await expect(run({ data: strict, components })).rejects.toThrow(
    'failOnUnmapped, and not every component is on both sides: only the Snapshot has typo, only the mapping has none',
  );
});

test('a digest that is gone at the source is an error before anything is written', async () => {
  const gone = `${registry.host}/source/one@sha256:${'0'.repeat(64)}`;

  await expect(run({ data: mapped(['1']), components: [component('comp1', gone)] })).rejects.toThrow(gone);
  expect(written().components).toEqual([component('comp1', gone)]);
});

test('an index in an index is no image', async () => {
  const repository = client.repository(`${registry.host}/source/one`);
  const inner = await repository.resolve(image.slice(image.indexOf('@') + 1));
  const { digest } = await pushIndex(repository, { manifests: [inner] });

  await expect(
    run({
      data: mapped(['{{ labels.version }}']),
      components: [component('comp1', `${repository.name}@${digest}`)],
    }),
  ).rejects.toThrow('has a member that is no image');
});
