import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { createRegistryClient } from '#lib/oci';
import { type Registry, startRegistry } from '#test/registries/registry';
import { createReleaseFiles, releaseFiles, useReleaseFiles } from './index.ts';

let registry: Registry;
let scratch: string;
let workdir: string;
let dataDir: string;
let claim: string;
const lines: string[] = [];
const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'release-files-'));
  workdir = join(scratch, 'workdir');
  dataDir = join(workdir, 'release');
  claim = join(scratch, 'claim');
  for (const one of [dataDir, claim]) mkdirSync(one, { recursive: true });
  lines.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
});

const params = (more: object = {}) => ({
  dataDir,
  ociStorage: 'empty',
  ociArtifactExpiresAfter: '1d',
  sourceDataArtifact: '',
  ...more,
});
const files = () => releaseFiles({ params: params(), workspaces: { workdir } });
const Anything = z.unknown();

test('a path is relative to dataDir, or below it', () => {
  files().write('uid/data.json', { a: 1 });

  expect(files().read('uid/data.json', Anything, 'the data')).toEqual({ a: 1 });
  expect(files().read(join(dataDir, 'uid/data.json'), Anything, 'the data')).toEqual({ a: 1 });
  expect(files().has('uid/data.json')).toBe(true);
  expect(files().has('uid')).toBe(false);
  expect(files().list('uid')).toEqual(['uid/data.json']);
  expect(files().list('nothing')).toEqual([]);
});

test.for(['', '.', '..', '../x', 'a/../../x', '/etc/passwd', '/'])('%j is no path of a release', (path) => {
  expect(() => files().read(path, Anything, 'the data')).toThrow('is no path in the files of the release');
  expect(() => files().write(path, {})).toThrow('is no path in the files of the release');
});

test('a link that a stranger left leads nowhere', () => {
  symlinkSync('/etc', join(dataDir, 'etc'));
  symlinkSync(join(scratch, 'not-there'), join(dataDir, 'dangling'));

  expect(() => files().read('etc/passwd', Anything, 'the data')).toThrow('leads out of the files');
  expect(() => files().write('etc/x.json', {})).toThrow('leads out of the files');
  files().write('dangling', {});
  expect(existsSync(join(scratch, 'not-there'))).toBe(false);
});

test.for([
  ['{', 'the data (data.json) is no JSON'],
  ['{"a": [{"b c": 1}]}', 'the data (data.json) is not valid: a[0]["b c"]: Invalid input: expected string'],
  [' '.repeat(5 * 1024 * 1024), 'the data (data.json) has 5242880 bytes, more than 4194304'],
] as const)('%.20j is refused with its place', ([text, message]) => {
  writeFileSync(join(dataDir, 'data.json'), text);
  const schema = z.object({ a: z.array(z.record(z.string(), z.string())) });

  expect(() => files().read('data.json', schema, 'the data')).toThrow(message);
});

test('a file that is not there says who makes it', () => {
  expect(() => files().read('data.json', Anything, 'the data')).toThrow(
    'there is no data: no "data.json" is in the files of the release',
  );
});

test.for(['release', '/elsewhere', '/'])('dataDir %j is none that the steps share', (dir) => {
  const context = { params: params({ dataDir: dir }), workspaces: { workdir } };

  expect(() => releaseFiles(context)).toThrow('no directory inside');
  expect(() => releaseFiles({ ...context, params: params({ dataDir: workdir }) })).toThrow(
    'no directory inside',
  );
});

test('a claim that nobody names a registry for holds the files, and nothing is pushed', async () => {
  vi.stubEnv('RELEASE_CLAIM', 'pvc-1');
  const context = { params: params(), workspaces: { workdir, data: claim }, log };

  releaseFiles(context).write(join(dataDir, 'uid/data.json'), { a: 1 });

  expect(readFileSync(join(claim, 'uid/data.json'), 'utf8')).toContain('"a": 1');
  expect(await createReleaseFiles(context)).toBe('');
  await expect(useReleaseFiles(context)).resolves.toBeUndefined();
  expect(lines).toEqual([
    'the files of the release stay in the workspace',
    'the files of the release are in the workspace',
  ]);
});

test.for([
  ['a directory that is no claim', '', 'empty'],
  ['a claim beside a registry that is named', 'pvc-1', 'named'],
] as const)('%s: the files travel as an artifact, from task to task', async ([, bound, storage]) => {
  vi.stubEnv('RELEASE_CLAIM', bound);
  vi.stubEnv('RELEASE_UID', '0f7e');
  const ociStorage = storage === 'named' ? `${registry.host}/storage` : 'empty';
  const context = { params: params({ ociStorage }), workspaces: { workdir, data: claim }, log };
  releaseFiles(context).write('data.json', { a: 1 });

  const first = await createReleaseFiles(
    context,
    () => `${registry.host}/app/image@sha256:${'a'.repeat(64)}`,
  );
  rmSync(dataDir, { recursive: true });
  vi.stubEnv('RELEASE_UID', '0f7f');
  const next = { ...context, params: params({ ociStorage, sourceDataArtifact: first }) };
  await useReleaseFiles(next);
  const second = await createReleaseFiles(next);

  const repository = `${registry.host}/${storage === 'named' ? 'storage' : 'app/image'}`;
  expect(readFileSync(join(dataDir, 'data.json'), 'utf8')).toContain('"a": 1');
  expect([first, second]).toEqual([expect.stringContaining(`oci:${repository}@sha256:`), first]);
  using client = createRegistryClient({ credentials: async () => undefined });
  for (const uid of ['0f7e', '0f7f']) await client.repository(repository).resolve(`release-${uid}`);
});

test('without a repository for the first of them there is an error, and nothing is guessed', async () => {
  const context = { params: params(), workspaces: { workdir }, log };

  await expect(createReleaseFiles(context)).rejects.toMatchObject({
    message: 'the files of the release can go nowhere: ociStorage is empty',
    hint: expect.stringContaining('pipelineRef.ociStorage'),
  });
  await expect(useReleaseFiles(context)).rejects.toThrow('sourceDataArtifact is empty');
});
