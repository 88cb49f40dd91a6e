import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createRegistryClient, NotFoundError } from '#lib/oci';
import { run } from '#lib/process';
import { captured } from '#test/captured';
import { startFarRegistry } from '#test/registries/far-registry';
import { type Registry, startRegistry, tester } from '#test/registries/registry';
import { main } from '../main.ts';

let folder: string;
let registry: Registry;
let image: string;
let counter = 0;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-bundle-'));
  registry = await startRegistry({ htpasswd: tester.htpasswd });
  const auth = Buffer.from(`${tester.username}:${tester.password}`).toString('base64');
  await writeFile(join(folder, 'auth.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
  vi.stubEnv('REGISTRY_AUTH_FILE', join(folder, 'auth.json'));
  vi.stubEnv('DOCKER_CONFIG', join(folder, 'none'));
  await writeFile(file('one.yaml'), `${task('one', 'x')}---\n${task('two', 'x')}`);
  await writeFile(file('other.yaml'), task('one', 'z'));
  await writeFile(file('bad.yaml'), task('bad', 'x').replace('image', 'imgae'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await registry.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  image = `${registry.host}/test/bundle-${counter++}`;
});

test('pushes YAML with the credentials of podman, lists it and shows it', async () => {
  const pushed = await bundle('push', `${image}:1`, file('one.yaml'), '--annotate', 'org.example=yes');
  const listed = await bundle('list', `${image}:1`, '--output', 'json');
  const shown = await bundle('show', `${image}:1`, 'two');

  const { digest, objects, problems, annotations } = JSON.parse(listed.stdout);
  expect(pushed.stdout).toBe(`${image}:1@${digest}\n`);
  expect(objects.map(({ title }: { title: string }) => title)).toEqual(['task/one', 'task/two']);
  expect(annotations).toEqual({ 'org.example': 'yes' });
  expect(problems).toEqual([]);
  expect(shown).toMatchObject({ stdout: expect.stringContaining('name: two\n'), code: 0 });
  expect(shown.stdout).not.toContain('---');
});

test('lists as a table, and says on the side what a cluster would refuse', async () => {
  const { stdout, stderr } = await bundle('list', file('bad.yaml'));

  expect(stdout).toMatch(
    /^kind {2}name {2}version {2}bytes {2}layer\ntask {2}bad {3}v1 +\d+ +sha256:\w{64}\n$/,
  );
  expect(stderr).toContain('problem: task/bad: spec.steps[0].imgae');
});

test('says of an object that is too large for tkn how large it is', async () => {
  await writeFile(file('large.yaml'), task('large', 'x'.repeat(40_000)));

  const pushed = await bundle('push', `${image}:1`, file('large.yaml'));
  const listed = await bundle('list', `${image}:1`);

  expect(pushed.code).toBe(0);
  for (const { stderr } of [pushed, listed]) {
    expect(stderr).toMatch(
      /^problem: task\/large: tkn reads 32256 of its 40\d{3} bytes, and cannot list it\n$/m,
    );
  }
});

test('reaches a far registry in plain http with --insecure, and says so without', async () => {
  await using open = await startRegistry();
  await using far = await startFarRegistry(open.host);
  vi.stubEnv('HTTP_PROXY', far.proxy);
  vi.stubEnv('HTTPS_PROXY', far.proxy);
  vi.stubEnv('NO_PROXY', '');
  const reference = 'registry.cluster:5000/tasks:1';
  const consent = ['--insecure', 'registry.cluster:5000'];

  const refused = await bundle('list', reference);
  const pushed = await bundle('push', reference, file('one.yaml'), ...consent);
  const shown = await bundle('show', reference, 'one', ...consent);
  const same = await bundle('diff', reference, file('one.yaml'), ...consent);

  expect(refused.stderr).toContain('it speaks plain http there, not https');
  expect(refused.stderr).toContain('--insecure registry.cluster:5000');
  expect([pushed, shown, same].map(({ code }) => code)).toEqual([0, 0, 0]);
});

test('tells a difference by its exit code, as diff does', async () => {
  await bundle('push', `${image}:1`, file('one.yaml'), '--format', 'tkn');

  const same = await bundle('diff', `${image}:1`, file('one.yaml'));
  const other = await bundle('diff', `${image}:1`, file('other.yaml'));
  const trouble = await bundle('diff', `${image}:1`, `${image}:2`);

  expect(same).toMatchObject({ code: 0, stdout: '' });
  expect(other).toMatchObject({
    code: 1,
    stdout: 'changed task/one\n  spec.steps[s].image\n    - "x"\n    + "z"\nremoved task/two\n',
  });
  expect(trouble.code).toBe(3);
});

test('gives a difference as JSON and as unified text', async () => {
  const json = await bundle('diff', file('other.yaml'), file('one.yaml'), '-o', 'json');
  const text = await bundle('diff', file('other.yaml'), file('one.yaml'), '-o', 'text');

  expect(JSON.parse(json.stdout)).toEqual([
    {
      type: 'changed',
      object: 'task/one',
      fields: [{ path: 'spec.steps[s].image', before: 'z', after: 'x' }],
    },
    { type: 'added', object: 'task/two' },
  ]);
  expect(text.stdout).toMatch(/^--- a\/task\/one\n\+\+\+ b\/task\/one\n@@ /);
});

test('reads an OCI layout', async () => {
  await bundle('push', `${image}:1`, file('one.yaml'));
  const from = `docker://${image}:1`;
  const creds = ['--src-authfile', join(folder, 'auth.json'), '--src-tls-verify=false'];
  await run('skopeo', ['copy', ...creds, from, `oci:${folder}/layout:1`]);

  const { stdout } = await bundle('diff', `oci:${folder}/layout:1`, file('one.yaml'));

  expect(stdout).toBe('');
});

test('orders the layers for tkn by the files, as tkn does', async () => {
  const files = [file('one.yaml'), file('third.yaml')];
  await writeFile(file('third.yaml'), task('third', 'x'));

  const [first, second] = [
    await bundle('push', `${image}:1`, '--format', 'tkn', ...files),
    await bundle('push', `${image}:1`, '--format', 'tkn', ...files.reverse()),
  ];

  // What tkn itself, of August 2026, gives to these two files.
  expect(first.stdout).toBe(
    `${image}:1@sha256:06a3e4a07d2f2823eb652ce07881b89ce2779fd772fd669b855cf885874fca7f\n`,
  );
  expect(second.stdout).toBe(first.stdout);
});

test.for<[what: string, args: readonly string[], code: number, message: string]>([
  ['a push without a tag', ['push', '127.0.0.1:1/x', 'one.yaml'], 2, 'it names no tag'],
  [
    'a push to a digest',
    ['push', `127.0.0.1:1/x:1@sha256:${'a'.repeat(64)}`, 'one.yaml'],
    2,
    'names a digest',
  ],
  ['what no cluster takes', ['push', '127.0.0.1:1/x:1', 'twice.yaml'], 4, 'Task one is there twice'],
  ['an unknown form', ['list', 'one.yaml', '-o', 'xml'], 2, 'Allowed choices are plain, json'],
  [
    'an unknown format',
    ['push', '127.0.0.1:1/x:1', 'one.yaml', '--format', 'zip'],
    2,
    'Allowed choices are oci, tkn',
  ],
  ['an object that is not there', ['show', 'one.yaml', 'task/three'], 2, 'has no task/three'],
  ['a layout that is not there', ['list', 'oci:nowhere:1'], 3, 'there is no OCI layout nowhere'],
])('refuses %s', async ([, args, code, message]) => {
  await writeFile(file('twice.yaml'), `${task('one', 'x')}---\n${task('one', 'z')}`);

  const result = await bundle(...args.map((arg) => (arg.endsWith('.yaml') ? file(arg) : arg)));

  expect(result.stderr).toContain(message);
  expect(result.code).toBe(code);
});

test('a push that is refused leaves the registry as it was', async () => {
  const result = await bundle('push', `${image}:1`, file('bad.yaml'), file('one.yaml'));

  using client = createRegistryClient();
  await expect(client.repository(image).resolve('1')).rejects.toThrow(NotFoundError);
  expect(result.code).toBe(4);
});

function bundle(...args: readonly string[]) {
  return captured(() => main(['bundle', ...args]));
}

function task(name: string, stepImage: string): string {
  return `apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: ${name}
spec:
  steps:
    - name: s
      image: ${stepImage}
`;
}
