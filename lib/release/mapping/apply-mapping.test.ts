import { expect, test } from 'vitest';
import { applyMapping, type ImageFacts, Mapping, SnapshotSpec } from '../index.ts';

const now = new Date('2026-11-27T08:30:00Z');
const DIGEST = 'ab'.repeat(32);
const linux = (platform: string, labels: object = {}, created = '2026-01-02T03:04:05Z') => ({
  platform: `linux/${platform}`,
  labels: { version: '43', ...labels },
  created,
  environment: ['PATH=/bin', `ARCH=${platform}`],
  annotations: {},
});
const both: ImageFacts = [linux('amd64'), linux('arm64')];

const image = (name: string) => ({
  name,
  containerImage: `quay.io/tenant/${name}@sha256:${DIGEST}`,
  source: { git: { revision: '0123456789abcdef', url: 'https://x' } },
});

async function apply(
  mapping: object,
  { facts = both, existing = [] as readonly string[], names = ['a'] as readonly string[] } = {},
) {
  const snapshot = SnapshotSpec.parse({ componentGroup: 'app', components: names.map(image) });
  const asked: string[] = [];
  const registry = {
    factsOf: async () => facts,
    tagsOf: async (repository: string) => {
      asked.push(repository);
      return existing;
    },
  };
  const mapped = await applyMapping(snapshot, Mapping.parse(mapping), registry, { now });
  return { ...mapped, asked };
}
const one = (tags: readonly string[], more: object = {}) => ({
  components: [{ name: 'a', repositories: [{ url: 'quay.io/a/b', tags }], ...more }],
});
async function tagsOf(tags: readonly string[], options: Parameters<typeof apply>[1] = {}, more: object = {}) {
  const { snapshot } = await apply(one(tags, more), options);
  return snapshot.components[0]?.repositories[0]?.tags;
}

test('all of the Snapshot and of the mapping is kept, and tags come from three places', async () => {
  const { snapshot } = await apply({
    defaults: { tags: ['d', 'c'], public: true, companions: 'none' },
    allowFewerPlatforms: true,
    components: [
      {
        name: 'a',
        componentTags: ['c'],
        own: { x: 1 },
        companions: 'all',
        repositories: [{ url: 'quay.io/a/b', tags: ['r'], note: 1 }, { url: 'quay.io/a/c' }],
      },
    ],
  });

  expect(snapshot).toEqual({
    componentGroup: 'app',
    components: [
      {
        ...image('a'),
        componentTags: ['c'],
        own: { x: 1 },
        public: true,
        companions: 'all',
        allowFewerPlatforms: true,
        repositories: [
          { url: 'quay.io/a/b', tags: ['c', 'd', 'r'], note: 1 },
          { url: 'quay.io/a/c', tags: ['c', 'd'] },
        ],
        metadata: {
          labels: [{ name: 'version', value: '43' }],
          env_variables: ['PATH=/bin'],
          annotations: [],
        },
      },
    ],
  });
});

test('the short form becomes the long one, and keeps its own', async () => {
  const { snapshot } = await apply({
    defaults: { tags: ['d'] },
    components: [{ name: 'a', repository: 'quay.io/a/b', tags: ['{{labels.version}}'] }],
  });

  expect(snapshot.components[0]).toMatchObject({
    repository: 'quay.io/a/b',
    tags: ['43', 'd'],
    repositories: [{ url: 'quay.io/a/b', tags: ['43', 'd'] }],
  });
});

test('a component of one side is named, and not released', async () => {
  const mapping = { components: [...one(['1']).components, { name: 'typo', repository: 'quay.io/a/c' }] };

  const { snapshot, onlyInMapping, onlyInSnapshot } = await apply(mapping, { names: ['a', 'b'] });

  expect(snapshot.components.map(({ name }) => name)).toEqual(['a']);
  expect([onlyInMapping, onlyInSnapshot]).toEqual([['typo'], ['b']]);
});

test.for([
  ['{{ timestamp }}', '1767323045'],
  ['{{release_timestamp}}', '1795768200'],
  ['{{   git_sha }}', '0123456789abcdef'],
  ['v{{git_short_sha}}-{{ git_short_sha }}', 'v0123456-0123456'],
  ['{{ digest_sha }}', DIGEST],
  ['{{ oci_version }}', 'unknown'],
  ['{{\tlabels.version }}', '43'],
  ['latest', 'latest'],
] as const)('%j is %j', async ([template, tag]) => {
  expect(await tagsOf([template])).toEqual([tag]);
});

test('a label may have variables in it, and a version its plus', async () => {
  const facts = [
    linux('amd64', { 'org.opencontainers.image.version': '1+2', next: '{{ labels.version }}-x' }),
  ];

  expect(await tagsOf(['{{ labels.next }}', '{{ oci_version }}'], { facts })).toEqual(['1_2', '43-x']);
});

test('the build date of a label wins over the time of creation, and is UTC without a zone', async () => {
  const format = { timestampFormat: '%Y%m%d%H%M' };
  const dated = (date: string) => ({ facts: [linux('amd64', { 'build-date': date })] });

  expect(await tagsOf(['{{ timestamp }}'], dated('2024-07-29T02:17:29'), format)).toEqual(['202407290217']);
  expect(await tagsOf(['{{ timestamp }}'], dated('2024-07-29T02:17:29+02:00'), format)).toEqual([
    '202407290017',
  ]);
  expect(await tagsOf(['{{ timestamp }}'], { facts: both }, format)).toEqual(['202601020304']);
});

test('times of platforms may differ by what the tag does not say', async () => {
  const facts = [linux('amd64'), linux('arm64', {}, '2026-01-02T09:00:00Z')];

  expect(await tagsOf(['{{ timestamp }}'], { facts }, { timestampFormat: '%Y%m%d' })).toEqual(['20260102']);
  await expect(tagsOf(['{{ timestamp }}'], { facts })).rejects.toThrow(
    'tags of component "a": the variable timestamp is not the same on all platforms: "1767323045" on linux/amd64, "1767344400" on linux/arm64',
  );
});

test.for([
  [['v1-2', 'v1-10', 'v1-x', 'v1-', 'v10-99', 'v1a99', '7'], 'v1-{{ incrementer }}', 'v1-11'],
  [[], 'v{{incrementer}}', 'v1'],
  [['43-3-x', '43-5', '43-4-y'], '{{ labels.version }}-{{ incrementer }}-x', '43-4-x'],
  [['a.b1', 'axb7'], 'a.b{{ incrementer }}', 'a.b2'],
  [['x99999999999999999999'], 'x{{ incrementer }}', 'x100000000000000000000'],
] as const)('of %j, %j is %j', async ([existing, template, tag]) => {
  expect(await tagsOf([template], { existing })).toEqual([tag]);
});

test('the tags of a repository are asked for where a number is, and nowhere else', async () => {
  expect((await apply(one(['1']))).asked).toEqual([]);
  expect((await apply(one(['{{ incrementer }}']))).asked).toEqual(['quay.io/a/b']);
});

const loop = [
  linux('amd64', { a: '{{ labels.b }}', b: '{{ labels.a }}', long: `{{ labels.long }}${'x'.repeat(99)}` }),
];

test.for([
  [['{{ unknown }}'], both, 'the variable unknown is unknown'],
  [['{{ labels.gone }}'], both, 'the variable labels.gone is empty'],
  [['{{ constructor }}'], both, 'the variable constructor is unknown'],
  [
    ['{{ labels.version }}'],
    [linux('amd64'), linux('arm64', { version: '44' })],
    '"43" on linux/amd64, "44" on linux/arm64',
  ],
  [['{{ labels.a }}'], loop, 'is never expanded'],
  [['{{ labels.long }}'], loop, 'is never expanded'],
  [['{{ incrementer }}{{ incrementer }}'], both, 'has incrementer twice'],
  [['a b'], both, '"a b" becomes "a b", not a tag'],
  [['.x'], both, 'not start with . or -'],
  [[`${'x'.repeat(120)}{{ git_sha }}`], both, 'longer than 128'],
  [['{{ }}'], both, 'not a tag'],
  [
    ['{{ timestamp }}'],
    [linux('amd64', { 'build-date': 'yesterday' })],
    'comes from "yesterday", which is no time',
  ],
  [['{{ timestamp }}'], [], 'the variable timestamp is empty'],
  [[], both, 'component "a": there is no tag for "quay.io/a/b"'],
] as const)('the tags %j of %.40j are refused', async ([tags, facts, message]) => {
  await expect(tagsOf(tags, { facts })).rejects.toThrow(message);
});

test.for([
  [{ contentGateway: {} }, 'has contentGateway: this pipeline releases images alone'],
  [{ contentType: 'rpm' }, 'has contentType rpm'],
  [
    { repositories: [{ url: 'quay.io/a/b:1', tags: ['1'] }] },
    '"quay.io/a/b:1" is no repository, but an image',
  ],
  [{ repositories: [{ url: 'https://quay.io/a', tags: ['1'] }] }, 'it starts with https://'],
  [{ repositories: [] }, 'has neither repositories nor repository'],
  [{ timestampFormat: '%Q', componentTags: ['{{ release_timestamp }}'] }, 'timestampFormat "%Q" has "%Q"'],
] as const)('a component with %j is refused', async ([more, message]) => {
  await expect(apply(one(['1'], more))).rejects.toThrow(message);
});

test('RPMs, and a component that the mapping has twice, are refused', async () => {
  await expect(apply({ ...one(['1']), 'rpm-repositories': [] })).rejects.toThrow('RPMs are not released');
  const twice = { components: [...one(['1']).components, ...one(['2']).components] };
  await expect(apply(twice)).rejects.toThrow('the mapping has two components of the name "a"');
});

test('one tag of two components is refused, however its repository is spelled', async () => {
  const components = [
    { name: 'a', repositories: [{ url: 'docker.io/library/x', tags: ['1', 'a'] }] },
    { name: 'b', repository: 'x', tags: ['b', '1'] },
  ];

  await expect(apply({ components }, { names: ['a', 'b'] })).rejects.toThrow(
    'docker.io/library/x:1 would be a tag of component "a" and of "b"',
  );
});
