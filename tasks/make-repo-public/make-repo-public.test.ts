import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runStepWith } from '#test/context';
import { type StandInForQuay, standInForQuay } from '#test/release/stand-in-for-quay';
import makeRepoPublic from './make-repo-public.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
let workdir: string;
let quay: StandInForQuay;
let other: StandInForQuay;

beforeEach(async () => {
  workdir = mkdtempSync(join(tmpdir(), 'make-repo-public-'));
  [quay, other] = await Promise.all([standInForQuay('quay-token'), standInForQuay('other-token')]);
  mkdirSync(join(workdir, 'ca'));
  writeFileSync(join(workdir, 'ca/ca-bundle.crt'), quay.ca + other.ca);
  vi.stubEnv('TRUSTED_CA', join(workdir, 'ca'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([quay[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
  rmSync(workdir, { recursive: true });
});

interface Given {
  readonly defaults?: object;
  readonly secret?: Readonly<Record<string, string>>;
}

async function run(
  components: readonly object[],
  { defaults = {}, secret = { token: 'quay-token' } }: Given = {},
) {
  const dataDir = join(workdir, 'release');
  const folder = join(workdir, 'secret');
  for (const path of [dataDir, folder]) mkdirSync(path, { recursive: true });
  writeFileSync(join(dataDir, 'data.json'), JSON.stringify({ mapping: { defaults } }));
  writeFileSync(join(dataDir, 'snapshot.json'), JSON.stringify({ components }));
  for (const [key, text] of Object.entries(secret)) writeFileSync(join(folder, key), `${text}\n`);
  const lines: string[] = [];
  const params = { dataPath: 'data.json', snapshotPath: 'snapshot.json', registrySecret: 'quay', dataDir };
  await runStepWith(makeRepoPublic, params, { workspaces: { workdir, secret: folder }, lines });
  return lines.join('\n');
}

const component = (name: string, hosts: readonly string[], rest: object = {}) => ({
  name,
  containerImage: `quay.io/a/b@${DIGEST}`,
  repositories: hosts.map((host) => ({ url: `${host}/org/${name}`, tags: ['x'] })),
  ...rest,
});

test('each repository is asked once, what is public is left alone, and what is not asked for, too', async () => {
  quay.repositories.set('org/a', false).set('org/b', true).set('org/c', false);

  await run([
    component('a', [quay.host], { public: true }),
    component('a', [quay.host], { public: 'true' }),
    component('b', [quay.host], { public: true }),
    component('c', [quay.host]),
  ]);

  expect(Object.fromEntries(quay.repositories)).toEqual({ 'org/a': true, 'org/b': true, 'org/c': false });
  expect(quay.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/v1/discovery',
    'GET /api/v1/repository/org/a?includeTags=false',
    'POST /api/v1/repository/org/a/changevisibility',
    'GET /api/v1/repository/org/b?includeTags=false',
  ]);
});

test('the defaults count for a component that says nothing', async () => {
  quay.repositories.set('org/a', false).set('org/b', false);

  await run([component('a', [quay.host]), component('b', [quay.host], { public: false })], {
    defaults: { public: true },
  });

  expect(Object.fromEntries(quay.repositories)).toEqual({ 'org/a': true, 'org/b': false });
});

test('each registry gets its own token, and in no other place than a header', async () => {
  quay.repositories.set('org/a', false);
  other.repositories.set('org/a', false);
  const secret = {
    [quay.host.replace(':', '_')]: 'quay-token',
    [other.host.replace(':', '_')]: 'other-token',
  };

  const said = await run([component('a', [quay.host, other.host], { public: true })], { secret });

  expect([quay.repositories.get('org/a'), other.repositories.get('org/a')]).toEqual([true, true]);
  expect(quay.requests.map(({ authorization }) => authorization)).toEqual([
    undefined,
    'Bearer quay-token',
    'Bearer quay-token',
  ]);
  expect(JSON.stringify([said, quay.requests.map(({ url, body }) => [url, body])])).not.toContain(
    'quay-token',
  );
});

test('no token goes to a registry that it may not be of', async () => {
  await expect(run([component('a', [quay.host, other.host], { public: true })])).rejects.toMatchObject({
    message: expect.stringContaining('the Secret quay has no token for'),
    hint: expect.stringContaining(`under the key ${quay.host.replace(':', '_')}`),
  });
  expect([...quay.requests, ...other.requests].map(({ url }) => url)).toEqual([
    '/api/v1/discovery',
    '/api/v1/discovery',
  ]);
});

test('a registry that is no Quay is passed over with a warning', async () => {
  quay.isQuay = false;

  expect(await run([component('a', [quay.host], { public: true })])).toContain(`${quay.host} is no Quay`);
  expect(quay.requests).toHaveLength(1);
});

test('a refusal names repository and what the token needs, and what can succeed later is tried again', async () => {
  quay.repositories.set('org/a', false);
  quay.answers.push(503);
  await run([component('a', [quay.host], { public: true })]);
  expect(quay.repositories.get('org/a')).toBe(true);

  await expect(
    run([component('a', [quay.host], { public: true })], { secret: { token: 'wrong' } }),
  ).rejects.toMatchObject({
    message: expect.stringContaining(`${quay.host}/org/a`),
    hint: expect.stringContaining('Administer Repositories'),
  });
  expect(readFileSync(join(workdir, 'release/data.json'), 'utf8')).not.toContain('wrong');
});
