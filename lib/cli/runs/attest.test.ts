import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, packLayer, pushImage } from '#lib/oci';
import { captured } from '#test/captured';
import { type Registry, startRegistry } from '#test/registries/registry';
import { runYaml } from '#test/run-yaml';
import { main } from '../main.ts';

let folder: string;
let registry: Registry;
let digest: string;
const file = (name: string) => join(folder, name);
const attest = (...args: readonly string[]) =>
  captured(() => main(['runs', 'attest', '--runs-directory', file('runs'), ...args]));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-attest-'));
  registry = await startRegistry();
  using client = createRegistryClient();
  const layers = [await packLayer([{ path: 'a', content: 'a' }])];
  const config = { os: 'linux', architecture: 'amd64' };
  ({ digest } = await pushImage(client.repository(`${registry.host}/a/b`), { config, layers }));
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  await writeFile(file('key.pem'), key.export({ format: 'pem', type: 'pkcs8' }));
  await runYaml(pipelineRun('gone', digest.replace(/.{8}$/, '00000000')), { runsDirectory: file('runs') });
  await runYaml(taskRun, { runsDirectory: file('runs') });
  await runYaml(pipelineRun('build', digest), { runsDirectory: file('runs') });
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

const taskRun = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: alone}
spec: {taskSpec: {steps: [{name: s, image: any, script: 'true'}]}}`;

const pipelineRun = (name: string, of: string) => `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: ${name}}
spec:
  pipelineSpec:
    tasks:
    - name: build
      taskSpec:
        results: [{name: IMAGE_URL}, {name: IMAGE_DIGEST}]
        steps: [{name: s, image: any, script: 'printf ${registry.host}/a/b:1 > $(results.IMAGE_URL.path); printf ${of} > $(results.IMAGE_DIGEST.path)'}]`;

test('signs the images of a run with its statement, once', async () => {
  const first = await attest('build', '--key', file('key.pem'));
  const again = await attest('build', '--key', file('key.pem'));

  const name = `${registry.host}/a/b@${digest}`;
  expect(first).toMatchObject({ code: 0, stdout: `${name} signed and attested\n` });
  expect(again).toMatchObject({ code: 0, stdout: `${name} is signed and attested already\n` });
  using client = createRegistryClient();
  const target = client.repository(`${registry.host}/a/b`);
  const tag = digest.replace(':', '-');
  await expect(target.resolve(`${tag}.att`)).resolves.toBeDefined();
  await expect(target.resolve(`${tag}.sig`)).resolves.toBeDefined();
});

test('prints the statement without a key', async () => {
  const { code, stdout } = await attest('build', '-o', 'json', '--builder', 'https://example.com/me');

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    subject: [{ name: `${registry.host}/a/b`, digest: { sha256: digest.slice(7) } }],
    predicate: { builder: { id: 'https://example.com/me' }, buildConfig: { tasks: [{ name: 'build' }] } },
  });
});

test.for<[what: string, args: readonly string[], code: number, message: string]>([
  ['no key', ['build'], 2, 'there is no key to sign with'],
  ['a key that is not there', ['build', '--key', '/nowhere'], 3, 'cannot read the key /nowhere'],
  ['an output that is none', ['build', '-o', 'table'], 2, 'there is no output table'],
  ['a run that is not kept', ['other', '-o', 'json'], 3, 'there is no run other'],
  ['a TaskRun', ['alone', '-o', 'json'], 4, 'Konflux attests PipelineRuns that have ended'],
])('refuses %s', async ([, args, code, message]) => {
  expect(await attest(...args)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
});

test('signs nothing that is not in its registry', async () => {
  const result = await attest('gone', '--key', file('key.pem'));

  expect(result).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining('there is no such image'),
  });
});
