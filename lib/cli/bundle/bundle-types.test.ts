import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from '#lib/process';
import { captured } from '#test/captured';
import { type Registry, startRegistry } from '#test/registries/registry';
import { main } from '../main.ts';

let folder: string;
let registry: Registry;
let reference: string;
let commit: string;
const file = (name: string) => join(folder, name);

const upstream = `apiVersion: tekton.dev/v1
kind: Task
metadata: { name: scan, labels: { app.kubernetes.io/version: "0.3.1" } }
spec:
  description: Scans.
  params:
    - { name: image-url, description: "What 'it' looks at\\n\`\${}\`*/" }
    - { name: mode, default: fast, enum: [fast, full] }
    - { name: tags, default: [a] }
    - { name: git, type: object, properties: { url: {}, revision: { type: string } } }
  results: [{ name: IMAGE_DIGEST }, { name: found, type: array }]
  workspaces: [{ name: source }, { name: auth, optional: true, description: Secrets. }]
  steps: [{ name: scan, image: quay.io/a/b:1, script: echo }]
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-types-'));
  // A catalog outside of this repository, with the package in place.
  await mkdir(file('node_modules'), { recursive: true });
  await writeFile(file('package.json'), JSON.stringify({ name: 'mine', type: 'module' }));
  const root = resolve(import.meta.dirname, '../../..');
  await mkdir(file('node_modules/bootc-catalog'));
  await writeFile(
    file('node_modules/bootc-catalog/package.json'),
    JSON.stringify({ name: 'bootc-catalog', type: 'module', exports: './index.js' }),
  );
  await writeFile(
    file('node_modules/bootc-catalog/index.js'),
    `export * from ${JSON.stringify(join(root, 'lib/tekton/index.ts'))};\n`,
  );
  await symlink(join(root, 'node_modules/zod'), file('node_modules/zod'));
  registry = await startRegistry();
  reference = `${registry.host}/upstream/task-scan`;
  vi.stubEnv('REGISTRY_AUTH_FILE', file('none.json'));
  vi.stubEnv('DOCKER_CONFIG', file('none'));
  vi.stubEnv('XDG_CACHE_HOME', file('cache'));
  await mkdir(file('repository/task'), { recursive: true });
  await writeFile(file('repository/task/scan.yaml'), upstream);
  const git = async (...args: string[]) =>
    (await run('git', ['-C', file('repository'), '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]))
      .stdout;
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message=a');
  commit = (await git('rev-parse', 'HEAD')).trim();
  await cli('bundle', 'push', `${reference}:0.3`, file('repository/task/scan.yaml'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await registry.stop();
  await rm(folder, { recursive: true });
});

test('a bundle: pinned by digest, with the version that was read beside it, and as it was generated', async () => {
  const { code, path, text } = await types('bundle', `${reference}:0.3`);

  const digest = /bundle: "[^"]+:0\.3@(?<digest>sha256:\w{64})"/.exec(text)?.groups?.digest;
  expect(code).toBe(0);
  expect(text).toContain(`from "bootc-catalog";\n`);
  expect(text).toContain(
    `  bundle: "${reference}:0.3@${digest}",\n  read: {\n    "version": "0.3.1",\n    "from": "${digest}",\n`,
  );
  expect(await cli('bundle', 'types', '--check', path)).toMatchObject({ code: 0 });
});

test('the definition has the types of Tekton, and a pipeline refers to what is pinned', async () => {
  const { path } = await types('definition', `${reference}:0.3`);

  const { task } = (await import(path)) as { task: Record<string, object> };

  expect(Object.keys(task.params ?? {})).toEqual(['image-url', 'mode', 'tags', 'git']);
  expect(task.workspaces).toEqual({
    source: { description: '' },
    auth: { description: 'Secrets.', optional: true },
  });
  expect(task.taskRef).toMatchObject({
    resolver: 'bundles',
    params: [{ name: 'bundle' }, { value: 'scan' }, { value: 'task' }],
  });
});

test('a digest that Renovate has moved is no change by hand', async () => {
  const { path, text } = await types('moved', `${reference}:0.3`);
  await writeFile(path, text.replace(/(bundle: "[^@]+@sha256:)\w+/, `$1${'1'.repeat(64)}`));

  expect(await cli('bundle', 'types', '--check', path)).toMatchObject({ code: 0 });
});

test.for([
  [
    'a param that is gone',
    (text: string) => text.replace('"image-url"', '"image"'),
    'its interface was changed by hand',
  ],
  [
    'another default',
    (text: string) => text.replace('"default": "fast"', '"default": "full"'),
    'changed by hand',
  ],
  ['a comment', (text: string) => `${text}// mine\n`, 'it is not as it was generated'],
  [
    'no pin',
    (text: string) => text.replace(/@sha256:\w+",/, '",'),
    'is not pinned: expected repository[:tag]@sha256',
  ],
] as const)('a change by hand is found without asking anybody: %s', async ([name, change, message]) => {
  const { path, text } = await types(`changed-${name.replaceAll(' ', '-')}`, `${reference}:0.3`);
  await writeFile(path, change(text));

  const { code, stderr } = await cli('bundle', 'types', '--check', path);

  expect(code).toBe(4);
  expect(stderr).toContain(message);
});

test('a file in git at a commit', async () => {
  const source = `file://${file('repository')}@${commit}:task/scan.yaml`;

  const { text } = await types('git', source);

  expect(text).toContain(`  git: ${JSON.stringify(source)},\n`);
  expect(text).toContain(`"from": "${commit}"`);
});

test('a file in git, pinned to a bundle by its tag', async () => {
  const source = `file://${file('repository')}@${commit}:task/scan.yaml`;

  const { text } = await types('both', source, '--bundle', `${reference}:0.3`);

  expect(text).toMatch(new RegExp(`bundle: "${reference}:0\\.3@sha256:\\w{64}"`));
  expect(text).toContain(`"from": "${commit}"`);
});

test('a file on this machine is taken by name, which is told', async () => {
  const { text, stderr } = await types('file', file('repository/task/scan.yaml'));

  expect(text).toContain('  cluster: true,\n');
  expect(stderr).toContain('nothing is pinned');
});

test.for([
  ['a branch', () => [`file://${file('repository')}@main:task/scan.yaml`], 2, 'main is no commit'],
  [
    'another task',
    () => [file('repository/task/scan.yaml'), '--task', 'x'],
    4,
    'say which with --task: scan',
  ],
  ['two sources', () => ['a', 'b'], 2, 'one source at a time'],
  ['a file that is none', () => ['--check', file('none.gen.ts')], 4, 'there is no file'],
] as const)('refuses %s', async ([name, args, code, message]) => {
  const result = await cli('bundle', 'types', ...args(), '--directory', file(name.replaceAll(' ', '-')));

  expect(result).toMatchObject({ code, stderr: expect.stringContaining(message) });
});

async function types(directory: string, ...args: readonly string[]) {
  const result = await cli('bundle', 'types', ...args, '--directory', file(directory));
  const path = join(file(directory), 'scan.gen.ts');
  return { ...result, path, text: await readFile(path, 'utf8') };
}

function cli(...args: readonly string[]) {
  return captured(() => main(args));
}
