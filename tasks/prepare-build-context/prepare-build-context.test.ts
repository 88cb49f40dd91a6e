import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeFixture, serveCompose } from '#lib/compose-fixture';
import { createRegistryClient } from '#lib/oci';
import { prefetchRpms } from '#lib/prefetch';
import { run } from '#lib/process';
import { parseRpmLock } from '#lib/rpm-lock';
import type { WireParams } from '#lib/step-testing';
import { createArtifacts, useArtifact } from '#lib/trusted-artifacts';
import { runStepWith } from '#test/context';
import { lockOf, sourceOf, type Texts } from '#test/images/build-context-source';
import { type Registry, startRegistry } from '#test/registries/registry';
import createTrustedArtifact from './create-trusted-artifact.ts';
import prepareBuildContext from './prepare-build-context.ts';
import useTrustedArtifact from './use-trusted-artifact.ts';

const client = createRegistryClient({ credentials: async () => undefined });
const architectures = ['aarch64', 's390x'] as const;
const RPM = '[{"type": "rpm", "path": "."}]';
const source = () => sourceOf(server.url);

let scratch: string;
let registry: Registry;
let server: Awaited<ReturnType<typeof serveCompose>>;
let work: string;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'prepare-build-context-'));
  const cache = resolve(import.meta.dirname, '../../.cache');
  await makeFixture({ directory: join(scratch, 'served'), cache, architectures });
  // The pool has bash alone, which fedora has as well.
  for (const arch of architectures) {
    const pool = join(scratch, 'served/pool', arch);
    cpSync(join(scratch, `served/compose/Everything/${arch}/os/Packages/b`), pool, { recursive: true });
    await run('createrepo_c', ['--quiet', pool]);
  }
  [registry, server] = await Promise.all([startRegistry(), serveCompose(join(scratch, 'served'))]);
}, 300_000);
afterAll(async () => {
  client.close();
  await Promise.all([registry?.stop(), server?.close()]);
  rmSync(scratch, { recursive: true });
});
beforeEach(() => {
  work = mkdtempSync(join(scratch, 'work-'));
});

async function stored(texts: Texts): Promise<string> {
  const directory = join(work, 'clone');
  mkdirSync(directory);
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
  const store = `${registry.host}/app:rev.git`;
  const artifacts = [{ name: 'SOURCE_ARTIFACT', path: directory }];
  return (await createArtifacts({ store, artifacts, client })).SOURCE_ARTIFACT ?? '';
}

/** Runs the steps as the definition says: the third where the second says so. */
async function prepare(SOURCE_ARTIFACT: string, more: WireParams = {}, lines: string[] = []) {
  const params = { SOURCE_ARTIFACT, ociStorage: `${registry.host}/app:rev.prepared`, input: RPM, ...more };
  const workspaces = { source: join(work, 'source') };
  const changed = join(work, 'changed');
  await runStepWith(useTrustedArtifact, params, { workspaces, lines });
  const passed = await runStepWith(prepareBuildContext, params, {
    workspaces: { ...workspaces, changed },
    lines,
  });
  const isChanged = readFileSync(changed, 'utf8');
  if (isChanged === 'false') return { ...passed, isChanged };
  return { ...(await runStepWith(createTrustedArtifact, params, { workspaces, lines })), isChanged };
}

async function unpacked(uri: string): Promise<string> {
  const destination = join(work, 'unpacked');
  await useArtifact({ uri, destination, client });
  return destination;
}

test('makes a lock of all architectures that prefetching takes, every package verified', async () => {
  const lines: string[] = [];

  const { SOURCE_ARTIFACT } = await prepare(await stored(source()), {}, lines);

  const directory = await unpacked(SOURCE_ARTIFACT);
  const { arches } = parseRpmLock(readFileSync(join(directory, 'rpms.lock.yaml'), 'utf8'), 'it');
  expect(
    arches.map(({ arch, packages }) => [
      arch,
      ...packages.map((one) => `${one.repoid} ${one.name} ${one.evr}`),
    ]),
  ).toEqual(
    architectures.map((arch) => [
      arch,
      'pool bash 5.3.0-1.fc43',
      'fedora fedora-repos 43-1.fc43',
      'fedora podman 5:5.6.2-1.fc43',
    ]),
  );
  expect(arches[1]?.packages[2]).toMatchObject({
    url: expect.stringMatching(/\/s390x\/os\/Packages\/p\/podman-5\.6\.2-1\.fc43\.s390x\.rpm$/),
    size: expect.any(Number),
    checksum: expect.stringMatching(/^sha256:/),
    sourcerpm: 'podman-5.6.2-1.fc43.src.rpm',
  });
  expect(lines).toContain('s390x: 3 packages, 1 of pool, 2 of fedora');
  const target = join(work, 'cachi2');
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const input = [{ type: 'rpm', path: '.' }] as const;
  await prefetchRpms(input, { source: directory, target, mode: 'strict', sbomType: 'spdx', log });
  expect(readFileSync(join(target, 'output/deps/rpm/s390x/repos.d/hermeto.repo'), 'utf8')).toMatch(
    /\[fedora\].*\[pool\]/s,
  );
});

test('equal sources give equal artifacts', async () => {
  const artifact = await stored(source());
  const first = await prepare(artifact);
  rmSync(join(work, 'source'), { recursive: true });
  await new Promise((done) => setTimeout(done, 1_100));

  expect((await prepare(artifact)).SOURCE_ARTIFACT).toBe(first.SOURCE_ARTIFACT);
});

test('a lock that is there already and right is left alone', async () => {
  const { SOURCE_ARTIFACT } = await prepare(await stored(source()));

  expect(await prepare(SOURCE_ARTIFACT)).toEqual({ SOURCE_ARTIFACT, isChanged: 'false' });
});

test.for(['', 'gomod', '[{"type": "gomod"}, {"type": "pip", "path": "a"}]'])(
  'with the input %j nothing is fetched',
  async (input) => {
    const SOURCE_ARTIFACT = `oci:${registry.host}/none@sha256:${'0'.repeat(64)}`;

    expect(await prepare(SOURCE_ARTIFACT, { input })).toEqual({ SOURCE_ARTIFACT, isChanged: 'false' });
  },
);

test('without locks of rpm-ostree the source goes on as it is, and its own lock with it', async () => {
  const SOURCE_ARTIFACT = await stored({
    'rpms.lock.yaml': 'x',
    'manifest-lock.overrides.yaml': 'packages: {}',
  });

  expect(await prepare(SOURCE_ARTIFACT)).toEqual({ SOURCE_ARTIFACT, isChanged: 'false' });
  expect(readFileSync(join(work, 'source/rpms.lock.yaml'), 'utf8')).toBe('x');
});

test('overrides go before the locks, those of an architecture before those of all', async () => {
  const texts = {
    ...source(),
    'manifest-lock.aarch64.json': lockOf('aarch64', { podman: { evra: '4:1-1.aarch64' } }),
    'manifest-lock.s390x.json': lockOf('s390x', { podman: { evra: '4:1-1.s390x' } }),
    'manifest-lock.overrides.yaml':
      '# why\npackages:\n  podman: {evr: "5:5.6.2-1.fc43", metadata: {type: pin}}\n  vim-minimal: {evr: 2:9-1}\n  no-such: {evr: 1-1}\n',
    'manifest-lock.overrides.s390x.yaml': 'packages:\n  vim-minimal: {evra: 2:9.1.1818-1.fc43.s390x}\n',
  };

  await expect(prepare(await stored(texts))).rejects.toThrow(
    'packages of the locks are in no repository:\nvim-minimal-2:9-1 is not there; fedora has 2:9.1.1818-1.fc43 (aarch64)',
  );
});

test('all that is missing is told at once', async () => {
  const texts = {
    ...source(),
    'manifest-lock.aarch64.json': lockOf('aarch64', { 'fedora-repos': { evra: '44-2.noarch' } }),
    'manifest-lock.s390x.json': lockOf('s390x', {
      'fedora-repos': { evra: '44-2.noarch' },
      nothing: { evra: '1-1.noarch' },
    }),
  };
  const preparing = prepare(await stored(texts));

  await expect(preparing).rejects.toMatchObject({
    name: 'MissingPackagesError',
    message:
      'packages of the locks are in no repository:\nfedora-repos-44-2 is not there; fedora has 43-1.fc43 (aarch64, s390x)\nnothing-1-1 is not there; no repository has nothing (s390x)',
  });
});

test('a package that is being tagged is waited for', async () => {
  const [here, away] = ['served/compose/Everything/s390x/os/repodata', 'away'].map((path) =>
    join(scratch, path),
  );
  const empty = join(scratch, 'served/empty');
  mkdirSync(empty);
  await run('createrepo_c', ['--quiet', empty]);
  renameSync(here ?? '', away ?? '');
  cpSync(join(empty, 'repodata'), here ?? '', { recursive: true });
  const lines: string[] = [];

  const preparing = prepare(await stored(source()), { waitForPackages: '4s' }, lines);
  await expect.poll(() => lines, { timeout: 20_000 }).toContain('asking again in 4 s');
  rmSync(here ?? '', { recursive: true });
  renameSync(away ?? '', here ?? '');

  expect((await preparing).isChanged).toBe('true');
  expect(lines.filter((line) => line.startsWith('podman-'))).toHaveLength(1);
});

test.for<[what: string, change: (texts: Texts) => Texts, message: string]>([
  [
    'a lock that is no JSON',
    () => ({ 'manifest-lock.s390x.json': '{' }),
    'cannot read manifest-lock.s390x.json: ',
  ],
  [
    'an empty lock',
    () => ({ 'manifest-lock.s390x.json': '{"packages": {}}' }),
    'manifest-lock.s390x.json locks no package',
  ],
  [
    'a version that is none',
    () => ({ 'manifest-lock.s390x.json': lockOf('s390x', { a: { evra: '1' } }) }),
    'packages.a: not a package name-[epoch:]version-release.arch',
  ],
  [
    'a version that becomes a name',
    () => ({ 'manifest-lock.s390x.json': lockOf('s390x', { a: { evra: 'b-1-1.noarch' } }) }),
    'packages.a: its version has a hyphen too many',
  ],
  [
    'no version',
    () => ({ 'manifest-lock.s390x.json': lockOf('s390x', { a: {} }) }),
    'expected one of evra and evr',
  ],
  [
    'a name that is none',
    () => ({ 'manifest-lock.s390x.json': lockOf('s390x', { 'a/b': { evr: '1-1' } }) }),
    'is no name of a package',
  ],
  [
    'source packages',
    () => ({ 'manifest-lock.overrides.yaml': 'source-packages: {a: {evr: 1-1}}' }),
    'cannot read manifest-lock.overrides.yaml: source-packages: is not supported',
  ],
  [
    'no repository of the name',
    ({ 'pool.repo': text }) => ({ 'pool.repo': (text ?? '').replace('[pool]', '[x]') }),
    'names the repository pool, which no *.repo file beside it has',
  ],
  ['a metalink', () => ({ 'manifest.yaml': 'repos: [other]' }), 'the repository other has no baseurl'],
  [
    'no release',
    () => ({ 'manifest.yaml': 'repos: [fedora]' }),
    'the repository fedora is of a release, which manifest.yaml does not say',
  ],
  ['no repository', () => ({ 'manifest.yaml': '' }), 'manifest.yaml names no repository for aarch64'],
  [
    'a repository that is not there',
    () => ({ 'pool.repo': '[pool]\nbaseurl=http://127.0.0.1:1/' }),
    'cannot read the repository pool for aarch64: cannot read http://127.0.0.1:1/repodata/repomd.xml',
  ],
  ['a repository file that dnf refuses', () => ({ 'pool.repo': '[pool' }), 'cannot read pool.repo: line 1'],
])('refuses %s', async ([, change, message]) => {
  const preparing = prepare(await stored({ ...source(), ...change(source()) }));

  await expect(preparing).rejects.toThrow(message);
});

test('an input that leads nowhere, or out of the source, is refused', async () => {
  const artifact = await stored(source());
  await expect(prepare(artifact, { input: '{"type": "rpm", "path": "none"}' })).rejects.toThrow(
    'the source has no directory "none"',
  );

  symlinkSync('/etc', join(work, 'clone/etc'));
  const store = `${registry.host}/app:rev.git`;
  const artifacts = [{ name: 'SOURCE_ARTIFACT', path: join(work, 'clone') }];
  const { SOURCE_ARTIFACT = '' } = await createArtifacts({ store, artifacts, client });
  await expect(prepare(SOURCE_ARTIFACT, { input: '{"type": "rpm", "path": "etc"}' })).rejects.toThrow(
    'cannot read "etc": it leads out of the source',
  );
});

test.for(['soon', '-1s', '5'])('a wait of %j is refused', async (waitForPackages) => {
  await expect(prepare('oci:h/a@sha256:0', { waitForPackages })).rejects.toThrow(
    'is no duration, such as 10m',
  );
});
