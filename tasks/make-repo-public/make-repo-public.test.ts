import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { releaseFiles } from '#lib/release-files';
import { runStepWith } from '#test/context';
import { createCertificate } from '#test/registries/certificate';
import { type StandInForQuay, standInForQuay } from '#test/registries/stand-in-for-quay';
import makeRepoPublic from './make-repo-public.ts';

const TOKEN = 'token-of-quay';
let scratch: string;
let quay: StandInForQuay;
let second: StandInForQuay;
let other: StandInForQuay;
let lines: string[];
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'make-repo-public-'));
  for (const one of ['ca', 'secrets']) mkdirSync(join(scratch, one));
  const certificate = await createCertificate(scratch);
  copyFileSync(certificate.certificate, join(scratch, 'ca/ca-bundle.crt'));
  vi.stubEnv('TRUSTED_CA', join(scratch, 'ca'));
  quay = await standInForQuay(certificate, TOKEN);
  second = await standInForQuay(certificate, 'another-token');
  other = await standInForQuay(certificate);
  secret('token', `${TOKEN}\n`);
  lines = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of [quay, second, other]) await one[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true });
});

const secret = (key: string, text: string) => writeFileSync(join(scratch, 'secrets', key), text);
const component = (name: string, urls: readonly string[], more: object = {}) => ({
  name,
  containerImage: `quay.io/a/b@sha256:${'0'.repeat(64)}`,
  repositories: urls.map((url) => ({ url, tags: ['1'] })),
  ...more,
});

function run(components: readonly object[], defaults: object = { public: true }) {
  const dataDir = join(scratch, 'workdir/release');
  const workdir = join(scratch, 'workdir');
  const files = releaseFiles({ params: { dataDir, ociStorage: 'empty' }, workspaces: { workdir } });
  files.write('data.json', { mapping: { defaults, components: [] } });
  files.write('snapshot.json', { components });
  return runStepWith(
    makeRepoPublic,
    { dataDir, dataPath: 'data.json', snapshotPath: 'snapshot.json', registrySecret: 'quay-token' },
    { workspaces: { workdir, secrets: join(scratch, 'secrets') }, lines },
  );
}

test('what is private becomes public; what is public is left alone, by one request', async () => {
  quay.repositories.set('a/private', false).set('a/public', true).set('a/not-asked', false);

  await run([
    component('one', [`${quay.host}/a/private`, `${quay.host}/a/public`]),
    component('two', [`${quay.host}/a/private`]),
    component('three', [`${quay.host}/a/not-asked`], { public: false }),
  ]);

  expect([...quay.repositories.values()]).toEqual([true, true, false]);
  const bearer = `Bearer ${TOKEN}`;
  expect(quay.requests.slice(0, 1)).toEqual(['GET /api/v1/discovery -']);
  expect(quay.requests.slice(1).sort()).toEqual([
    `GET /api/v1/repository/a/private ${bearer}`,
    `GET /api/v1/repository/a/public ${bearer}`,
    `POST /api/v1/repository/a/private/changevisibility ${bearer}`,
  ]);
  expect(lines.toSorted()).toEqual([
    `${quay.host}/a/private is public now`,
    `${quay.host}/a/public is public already`,
  ]);
});

test('a second release asks for each repository once, and changes nothing', async () => {
  const names = ['a/one', 'a/two', 'b/three'];
  for (const name of names) quay.repositories.set(name, false);
  const components = [
    component(
      'one',
      names.map((name) => `${quay.host}/${name}`),
    ),
  ];
  await run(components);
  const from = quay.requests.length;

  await run(components);

  expect(
    quay.requests
      .slice(from)
      .map((line) => line.replace(/ (?:Bearer \S+|-)$/, ''))
      .sort(),
  ).toEqual(['GET /api/v1/discovery', ...names.map((name) => `GET /api/v1/repository/${name}`)]);
});

test('where nothing shall be public nobody is asked', async () => {
  await run([component('one', [`${quay.host}/a/private`])], {});

  expect(quay.requests).toEqual([]);
});

test('a registry that is not Quay gets no token, and its repository stays as it is', async () => {
  await run([component('one', [`${other.host}/a/b`])]);

  expect(other.requests).toEqual(['GET /api/v1/discovery -']);
  expect(lines).toEqual([`${other.host}/a/b stays as it is: ${other.host} is not Quay`]);
});

test('several registries have a token each, and no token goes to another one', async () => {
  quay.repositories.set('a/b', false);
  second.repositories.set('c/d', false);
  const components = [component('one', [`${quay.host}/a/b`, `${second.host}/c/d`])];

  await expect(run(components)).rejects.toThrow(`Secret quay-token has no token for ${quay.host}`);
  expect([...quay.requests, ...second.requests].filter((one) => one.includes('Bearer'))).toEqual([]);
  secret(`token.${quay.host.replace(':', '_')}`, TOKEN);
  secret(`token.${second.host.replace(':', '_')}`, 'another-token');
  await run(components);

  expect([quay.repositories.get('a/b'), second.repositories.get('c/d')]).toEqual([true, true]);
  expect(second.requests.join()).not.toContain(TOKEN);
});

test.for([429, 503])('after %i it is asked again', async (status) => {
  quay.repositories.set('a/b', false);
  quay.faults.push(status);

  await run([component('one', [`${quay.host}/a/b`])]);

  expect(quay.repositories.get('a/b')).toBe(true);
});

test('a refusal says what the token needs, and never the token', async () => {
  quay.repositories.set('a/b', false);
  secret('token', 'wrong-token');

  const failure = await run([component('one', [`${quay.host}/a/b`])]).catch((error: unknown) => error);

  expect(failure).toMatchObject({
    message: `cannot make ${quay.host}/a/b public: it said 401`,
    hint: expect.stringContaining('the right to administer repositories'),
  });
  expect(`${String(failure)}${lines.join()}`).not.toContain('wrong-token');
});

test('a repository that is not there, and a Secret without a token, are errors', async () => {
  await expect(run([component('one', [`${quay.host}/a/gone`])])).rejects.toThrow('it said 404');
  rmSync(join(scratch, 'secrets/token'));
  await expect(run([component('one', [`${quay.host}/a/gone`])])).rejects.toThrow(
    'Secret quay-token has no token',
  );
});
