import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createRegistryClient } from '#lib/oci';
import { captured } from '#test/captured';
import { type KeptRuns, keepRuns } from '#test/kept-runs';
import { main } from '../main.ts';

let kept: KeptRuns;
const attest = (...args: readonly string[]) =>
  captured(() => main(['runs', 'attest', '--runs-directory', kept.file('runs'), ...args]));

beforeAll(async () => {
  kept = await keepRuns();
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  await writeFile(kept.file('key.pem'), key.export({ format: 'pem', type: 'pkcs8' }));
});
afterAll(() => kept[Symbol.asyncDispose]());

test('signs the images of a run with its statement, once', async () => {
  const { registry, digest, file } = kept;
  const first = await attest('build', '--key', file('key.pem'));
  const again = await attest('build', '--key', file('key.pem'));

  const name = `${registry}/a/b@${digest}`;
  expect(first).toMatchObject({ code: 0, stdout: `${name} signed and attested\n` });
  expect(again).toMatchObject({ code: 0, stdout: `${name} is signed and attested already\n` });
  using client = createRegistryClient();
  const target = client.repository(`${registry}/a/b`);
  const tag = digest.replace(':', '-');
  await expect(target.resolve(`${tag}.att`)).resolves.toBeDefined();
  await expect(target.resolve(`${tag}.sig`)).resolves.toBeDefined();
});

test('prints the statement without a key', async () => {
  const { registry, digest } = kept;
  const { code, stdout } = await attest(
    'build',
    '-o',
    'json',
    '--builder',
    'https://u:SECRET@example.com/me',
  );

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    subject: [{ name: `${registry}/a/b`, digest: { sha256: digest.slice(7) } }],
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
  const result = await attest('gone', '--key', kept.file('key.pem'));

  expect(result).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining('there is no such image'),
  });
});

test('a signal ends it, and it says so by its exit code', async () => {
  const silent = createServer(() => process.emit('SIGINT'));
  onTestFinished(() => {
    silent.close();
    silent.closeAllConnections();
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  await kept.keep('waits', `127.0.0.1:${(silent.address() as AddressInfo).port}`, kept.digest);

  const result = await attest('waits', '--key', kept.file('key.pem'));

  expect(result).toEqual({ code: 130, stdout: '', stderr: 'error: cancelled\n' });
});
