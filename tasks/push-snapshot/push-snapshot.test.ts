import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  companionTag,
  createRegistryClient,
  type Descriptor,
  findTag,
  packLayer,
  parseReference,
  pushArtifact,
  pushImage,
  pushIndex,
  type RegistryOptions,
  type Repository,
} from '#lib/oci';
import { createCertificate } from '#test/registries/certificate';
import { startFarRegistry } from '#test/registries/far-registry';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry, tester } from '#test/registries/registry';
import {
  makeReleaseDirectory,
  mappedComponent,
  type ReleaseDirectory,
} from '#test/release/release-directory';
import { pushSmallImage, pushTagged } from '#test/release/small-images';
import step from './push-snapshot.ts';

let staging: Registry;
let production: Registry;
let proxy: FaultProxy;
let directory: ReleaseDirectory;
let count = 0;

beforeAll(async () => {
  [staging, production] = await Promise.all([startRegistry(), startRegistry()]);
  proxy = await startFaultProxy(production.host);
});
beforeEach(async () => {
  count++;
  proxy.fault = () => undefined;
  directory = await makeReleaseDirectory();
  vi.stubEnv('RELEASE_CLAIM', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await directory[Symbol.asyncDispose]();
});
afterAll(async () => {
  await proxy.stop();
  await Promise.all([staging.stop(), production.stop()]);
});

// Upstream's own test cases, by their names.

test('plain', async () => {
  const to = target('plain');
  const { image } = await example('plain');
  const old = await pushTagged(to, 'latest', 'old');
  await directory.give([component({ image, to, tags: ['1', 'latest'] })]);

  const lines = await push();

  expect((await to.resolve('latest')).digest).toBe(image.root.digest);
  expect(await results()).toEqual({
    images: [
      {
        name: 'image',
        arches: ['amd64', 'arm64'],
        oses: ['linux', 'linux'],
        shasum: image.root.digest,
        urls: [`${to.name}:1`, `${to.name}:latest`],
        moves: [
          { url: `${to.name}:1`, to: image.root.digest },
          { url: `${to.name}:latest`, to: image.root.digest, from: old.digest },
        ],
      },
    ],
  });
  expect(lines.join('\n')).toMatch(
    /COMPONENT +REPOSITORY +TAG[\s\S]*1 components: 1 new tags, 1 to be moved/,
  );
});

test('copy-artifacts', async () => {
  const [to, data] = [target('artifacts'), target('artifacts-data')];
  const { image } = await example('artifacts', { referrers: true });
  const [member] = image.members as [Descriptor];
  await directory.give([component({ image, to, tags: ['1'] })]);
  await push({ copyAttachedArtifacts: 'true' });

  await directory.give([component({ image, to: data, tags: ['1'] })], {
    mapping: { defaults: { copyAttachedArtifacts: true } },
  });
  await push();

  for (const one of [to, data]) {
    const [about] = await one.referrers(member);
    expect(await one.referrers(about as Descriptor)).toHaveLength(1);
  }
});

test('digests-match', async () => {
  const to = target('match');
  const { image } = await example('match');
  await directory.give([component({ image, to, tags: ['1', '2'] })]);
  await push();
  const from = proxy.seen.length;

  const lines = await push();

  expect(proxy.seen.slice(from).map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  expect(lines.join('\n')).toContain('0 new tags, 0 to be moved, 2 there already');
  expect((await results()).images).toMatchObject([{ urls: [`${to.name}:1`, `${to.name}:2`] }]);
});

test('dual-compression', async () => {
  const to = target('dual');
  const source = repository(`${staging.host}/dual/${count}`);
  const layer = await packLayer([{ path: 'x', content: 'x' }]);
  const members = await Promise.all(
    [{}, { 'io.github.containers.compression.zstd': 'true' }].map(async (annotations, index) => {
      const config = { os: 'linux', architecture: 'amd64', author: `${index}` };
      return { ...(await pushImage(source, { config, layers: [layer] })), annotations };
    }),
  );
  const root = await pushIndex(source, { manifests: members });
  await directory.give([component({ image: { root, source }, to, tags: ['1'] })]);

  await push();

  expect((await results()).images).toMatchObject([{ arches: ['amd64'], oses: ['linux'] }]);
  for (const { digest } of members) await to.resolve(digest);
});

test('fail-no-credentials', async () => {
  await using closed = await startRegistry({ htpasswd: tester.htpasswd });
  const { image } = await example('no-credentials');
  const to = { name: `${closed.host}/image` };
  vi.stubEnv('DOCKER_CONFIG', directory.workdir);
  vi.stubEnv('HOME', directory.workdir);
  await directory.give([component({ image, to, tags: ['1'] })]);

  await expect(push()).rejects.toThrow(`cannot resolve ${closed.host}/image:1`);
});

test('fail-no-data-file', async () => {
  await directory.give([]);

  await expect(push({ dataPath: 'uid/nothing.json' })).rejects.toThrow(
    'there is no data: no "uid/nothing.json"',
  );
});

test('fail-no-snapshot-file', async () => {
  await expect(push()).rejects.toThrow('there is no mapped Snapshot: no "uid/snapshot_spec.json"');
});

test('fail-tagless-component', async () => {
  const { image } = await example('tagless');
  await directory.give([component({ image, to: target('tagless'), tags: [] })]);

  await expect(push()).rejects.toThrow('components[0].repositories[0].tags');
});

test('mount-certs', async () => {
  const folder = join(directory.workdir, 'ca');
  await mkdir(folder);
  const tls = await createCertificate(folder, 'ca-bundle', ['registry.example']);
  await using secure = await startRegistry({ tls });
  await using far = await startFarRegistry(secure.host);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, far.proxy);
  vi.stubEnv('NO_PROXY', '');
  const { image } = await example('certs');
  await directory.give([component({ image, to: { name: 'registry.example/image' }, tags: ['1'] })]);

  await expect(push({ retries: '0' })).rejects.toThrow('its certificate is not trusted');
  await rename(tls.certificate, join(folder, 'ca-bundle.crt'));
  vi.stubEnv('TRUSTED_CA', folder);
  await push();

  const there = repository('registry.example/image', { ca: [tls.pem] });
  expect((await there.resolve('1')).digest).toBe(image.root.digest);
});

test('multi-repos', async () => {
  const [a, b] = [target('multi-a'), target('multi-b')];
  const { image } = await example('multi');
  const repositories = [a, b].map(({ name }) => ({ url: name, tags: ['1', 'latest'] }));
  await directory.give([{ ...component({ image, to: a, tags: ['1'] }), repositories }]);

  await push();

  expect((await results()).images[0]?.urls).toEqual(
    [a, b].flatMap(({ name }) => [`${name}:1`, `${name}:latest`]),
  );
});

test('parallel', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const examples = await Promise.all(names.map((name) => example(`parallel-${name}`)));
  await directory.give(
    examples.map(({ image }, index) =>
      component({ name: names[index], image, to: target(`parallel-${index}`), tags: ['1'] }),
    ),
  );

  await push({ concurrentLimit: '2' });

  for (const [index, { image }] of examples.entries()) {
    expect((await target(`parallel-${index}`).resolve('1')).digest).toBe(image.root.digest);
  }
  expect((await results()).images.map(({ name }) => name)).toEqual(names);
});

test.for([
  ['pushsourcecontainer-component', { pushSourceContainer: true }, {}, true],
  ['pushsourcecontainer-defaults', { pushSourceContainer: false }, { pushSourceContainer: true }, false],
  ['pushsourcecontainer-defaults-true', {}, { pushSourceContainer: true }, true],
  ['pushsourcecontainer-omitted', {}, {}, true],
] as const)('%s', async ([, own, defaults, isPushed]) => {
  const to = target('source');
  const { image } = await example('with source', { sourceContainer: true });
  await directory.give([{ ...component({ image, to, tags: ['1'] }), ...own }], { mapping: { defaults } });

  await push();

  const src = companionTag(image.root.digest, 'src');
  expect((await findTag(to, '1-source')) !== undefined).toBe(isPushed);
  expect((await findTag(to, src)) !== undefined).toBe(isPushed);
  expect((await results()).images[0]?.urls).toEqual(
    isPushed ? [`${to.name}:1`, `${to.name}:${src}`, `${to.name}:1-source`] : [`${to.name}:1`],
  );
});

test('pushsourcecontainer-omitted, and there is none', async () => {
  const to = target('no-source');
  const { image } = await example('no-source');
  await directory.give([component({ image, to, tags: ['1'] })]);

  await push();

  expect((await results()).images[0]?.urls).toEqual([`${to.name}:1`]);
});

test('pushsourcecontainer-multiarch', async () => {
  const to = target('source-index');
  const { image, source } = await example('source-index');
  const { root } = await pushSmallImage(source, { content: 'sources', size: 100 });
  await source.tag(root, companionTag(image.root.digest, 'src'));
  await directory.give([{ ...component({ image, to, tags: ['1'] }), pushSourceContainer: true }]);

  await push();

  expect((await to.resolve('1-source')).digest).toBe(root.digest);
});

test('pushsourcecontainer-skip-existing', async () => {
  const to = target('skip');
  const { image } = await example('skip', { sourceContainer: true });
  await directory.give([{ ...component({ image, to, tags: ['1'] }), pushSourceContainer: true }]);
  await push();
  const from = proxy.seen.length;

  await push();

  expect(new Set(proxy.seen.slice(from).map(({ method }) => method))).toEqual(new Set(['HEAD']));
});

test('retries', async () => {
  const to = target('retries');
  const { image } = await example('retries');
  await directory.give([component({ image, to, tags: ['1'] })]);
  let refusals = 0;
  proxy.fault = ({ method, path }) =>
    method === 'PUT' && path.includes('/manifests/') && refusals++ < 2
      ? { kind: 'answer', status: 429, headers: { 'retry-after': '0' } }
      : undefined;

  const lines = await push({ retries: '3' });
  proxy.fault = ({ path }) => (path.endsWith('/manifests/2') ? { kind: 'answer', status: 503 } : undefined);
  await directory.give([component({ image, to, tags: ['2'] })]);
  const failure = push({ retries: '0' });

  await expect(failure).rejects.toThrow('answered 503');
  expect(lines.filter((line) => line.includes('trying again in')).length).toBeGreaterThanOrEqual(2);
});

// Ours.

test('what is no image is released as the artifact that it is', async () => {
  const to = target('artifact');
  const source = repository(`${staging.host}/artifact/${count}`);
  const parts = [{ mediaType: 'text/plain', content: Buffer.from('x') }];
  const root = await pushArtifact(source, { artifactType: 'application/vnd.example', parts });
  await directory.give([component({ image: { root, source }, to, tags: ['1'] })]);

  await push();

  expect((await to.resolve('1')).digest).toBe(root.digest);
  expect((await results()).images).toMatchObject([{ arches: [], oses: [], shasum: root.digest }]);
});

test('an attempt after one that died while tags moved knows what they named before', async () => {
  const to = target('attempts');
  const { image } = await example('attempts');
  const old = await pushTagged(to, 'a', 'old');
  await to.tag(old, 'b');
  await directory.give([component({ image, to, tags: ['a', 'b'] })]);
  proxy.fault = ({ method, path }) =>
    method === 'PUT' && path.endsWith('/manifests/b') ? { kind: 'answer', status: 403 } : undefined;

  await expect(push()).rejects.toThrow(`moved: ${to.name}:a (was ${old.digest}); not moved: ${to.name}:b`);
  await expect(results()).rejects.toThrow('ENOENT');
  proxy.fault = () => undefined;
  await push();

  const { digest } = image.root;
  expect((await results()).images[0]?.moves).toEqual([
    { url: `${to.name}:a`, to: digest, from: old.digest },
    { url: `${to.name}:b`, to: digest, from: old.digest },
  ]);
});

test('two components of one name are refused', async () => {
  const { image } = await example('twice');
  const one = component({ image, to: target('twice'), tags: ['1'] });
  await directory.give([one, one]);

  await expect(push()).rejects.toThrow('the Snapshot has two components image');
});

test.for([
  { concurrentLimit: '0' },
  { concurrentLimit: 'many' },
  { retries: '-1' },
  { snapshotPath: '../etc/passwd' },
])('refuses %j', async (params) => {
  await directory.give([]);

  await expect(push(params)).rejects.toThrow(
    /concurrentLimit|retries|is no path in the files of the release/,
  );
});

async function example(content: string, more: Partial<Parameters<typeof pushSmallImage>[1]> = {}) {
  const source = repository(`${staging.host}/${content.replaceAll(' ', '-')}/${count}`);
  return { source, image: { source, ...(await pushSmallImage(source, { content, size: 1_000, ...more })) } };
}

function component(choice: {
  readonly name?: string | undefined;
  readonly image: { readonly source: Repository; readonly root: Descriptor };
  readonly to: { readonly name: string };
  readonly tags: readonly string[];
}) {
  const { image, to } = choice;
  return mappedComponent({ ...choice, image: `${image.source.name}@${image.root.digest}`, to: [to] });
}

async function push(params: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  return (await directory.run(step, params)).lines;
}

async function results(): Promise<{ images: { name: string; urls: string[]; moves: unknown }[] }> {
  const path = 'uid/results/push-snapshot-results.json';
  return (await directory.read(path)) as Awaited<ReturnType<typeof results>>;
}

function target(name: string): Repository {
  return repository(`${proxy.host}/${name}/${count}`);
}

function repository(name: string, options: RegistryOptions = {}): Repository {
  return createRegistryClient({ credentials: async () => undefined, ...options }).repository(
    parseReference(name),
  );
}
