import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { run } from '#lib/process';
import { fillObjects, isPacFile } from './fill-placeholders.ts';
import { loadPacFile } from './load-pac-file.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pac-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, '.tekton'));
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', 'git@example.com:org/images.git');
  await commit('first');
});

test('fills placeholders from the repository, whether they are quoted or not', async () => {
  const { spec } = await load(`params:
  - {name: git-url, value: '{{source_url}}'}
  - name: revision
    value: {{ revision }}
  - name: image
    value: quay.io/org/image:on-{{ target_branch }}-{{revision}}
  - {name: who, value: "{{ repo_owner }}/{{ repo_name }}"}`);

  const revision = await git('rev-parse', 'HEAD');
  expect(spec.params).toEqual([
    { name: 'git-url', value: 'https://example.com/org/images' },
    { name: 'revision', value: revision },
    { name: 'image', value: `quay.io/org/image:on-main-${revision}` },
    { name: 'who', value: 'org/images' },
  ]);
});

test.for(['https://user:SECRET@h.example/org/images.git', 'https://u:a/SECRET@h.example/org/images'])(
  'of the remote %s no password gets into the run',
  async (remote) => {
    await git('remote', 'set-url', 'origin', remote);
    const given = { target_url: 'https://u:SECRET@h.example/r', source_url: 'https://SECRET@h.example/r' };

    const { objects, spec } = await load(
      'params: [{name: a, value: "{{ repo_url }}"}, {name: b, value: "{{ target_url }}"}, {name: c, value: "{{ source_url }}"}]',
      given,
    );

    expect(JSON.stringify(objects)).not.toContain('SECRET');
    expect(spec.params).toContainEqual({ name: 'b', value: 'https://h.example/r' });
  },
);

test('a task from an address with a password is had, and says nothing of it', async () => {
  const text = JSON.stringify({
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: 't' },
    spec: {},
  });
  const wanted = `Basic ${Buffer.from('u:SECRET').toString('base64')}`;
  const server = createServer(({ headers }, response) =>
    response.writeHead(headers.authorization === wanted ? 200 : 401).end(text),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const from = (login: string) =>
    loadPacFile(
      join(root, '.tekton/push.yaml'),
      `apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: {annotations: {pipelinesascode.tekton.dev/task: 'http://${login}@${host}/t'}}\n`,
      {},
    );

  const [, loaded] = await from('u:SECRET');

  expect(loaded?.object).toMatchObject({ kind: 'Task' });
  expect(loaded?.source).not.toContain('SECRET');
  await expect(from('u:WRONG')).rejects.toThrow(`cannot get http://${host}/t: it answered 401`);
});

test('the name of a branch cannot change what the YAML says', async () => {
  const branch = 'a"-,-value:-[{-{-#-!!x';
  await git('checkout', '--quiet', '-b', branch.replaceAll(/[[{:]/g, ''));

  const { spec } = await load(
    'params: [{name: b, value: "{{ source_branch }}"}, {name: c, value: {{ given }} }]',
    {
      given: '"}\nkind: Secret\n- [',
    },
  );

  expect(spec.params).toEqual([
    { name: 'b', value: branch.replaceAll(/[[{:]/g, '') },
    { name: 'c', value: '"}\nkind: Secret\n- [' },
  ]);
});

test('what the repository does not say is asked for by name', async () => {
  const text =
    "params: [{name: a, value: '{{ pull_request_number }}'}, {name: b, value: '{{ body.head_commit.id }}'}]";

  await expect(load(text)).rejects.toThrow(
    'asks for {{ pull_request_number }}, {{ body.head_commit.id }}, which this repository does not say',
  );
  const { spec } = await load(text, { pull_request_number: '7', 'body.head_commit.id': 'x' });
  expect(spec.params).toEqual([
    { name: 'a', value: '7' },
    { name: 'b', value: 'x' },
  ]);
});

test('braces of somebody else are left alone', async () => {
  const { spec } = await load(
    'params: [{name: a, value: "podman inspect --format \'{{.Id}} {{ json .Config }}\'"}]',
  );

  expect(spec.params).toEqual([{ name: 'a', value: "podman inspect --format '{{.Id}} {{ json .Config }}'" }]);
});

test('the Secret for git is there, and empty', async () => {
  const { objects } = await load(
    "workspaces: [{name: git-auth, secret: {secretName: '{{ git_auth_secret }}'}}]",
  );

  expect(objects.map(({ kind }) => kind)).toEqual(['PipelineRun', 'Secret']);
});

test('tasks that an annotation asks for come along, with their placeholders', async () => {
  await mkdir(join(root, 'tasks'));
  await writeFile(
    join(root, 'tasks/build.yaml'),
    'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: build}\nspec: {description: "{{ repo_name }}"}\n',
  );

  const { objects } = await load('params: []', {}, "pipelinesascode.tekton.dev/task-1: '[tasks/build.yaml]'");

  expect(objects[1]).toMatchObject({ kind: 'Task', spec: { description: 'images' } });
});

test.for([
  ['git-clone', 'asks a hub for git-clone'],
  ['../outside.yaml', 'is not in the repository'],
  ['tasks/none.yaml', 'cannot read tasks/none.yaml of the repository'],
])('refuses the task %s', async ([reference, message]) => {
  const result = load('params: []', {}, `pipelinesascode.tekton.dev/task: '${reference}'`);

  await expect(result).rejects.toThrow(message as string);
});

test('outside a repository it says so', async () => {
  await rm(join(root, '.git'), { recursive: true });

  await expect(load('params: []')).rejects.toThrow('is in no git repository with a commit');
});

test.for([
  ['a.yaml', 'x: {{ revision }}', false],
  ['.tekton/a.yaml', 'x: {{ revision }}', true],
  ['.tekton/a.yaml', 'x: 1', false],
  ['a.yaml', 'pipelinesascode.tekton.dev/on-event: push\nx: {{ revision }}', true],
] as const)('%s with %j', ([path, text, expected]) => {
  expect(isPacFile(path, text)).toBe(expected);
});

async function load(
  spec: string,
  given: Record<string, string> = {},
  annotation = 'pipelinesascode.tekton.dev/on-event: "[push]"',
) {
  const text = `apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: p-
  annotations:
    ${annotation}
spec:
  ${spec.replaceAll('\n', '\n  ')}
`;
  const loaded = await loadPacFile(join(root, '.tekton/push.yaml'), text, given);
  const objects = loaded.map(({ object }) => object);
  return { objects, spec: objects[0]?.spec as { readonly params?: unknown } };
}

async function git(...args: string[]): Promise<string> {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return (await run('git', ['-C', root, ...who, ...args])).stdout.trim();
}

async function commit(message: string): Promise<void> {
  await git('commit', '--quiet', '--allow-empty', '-m', message);
}

test('words of Go templates are no placeholders, nor is a path of an annotation a sign of the file', () => {
  const yaml = `metadata: {annotations: {pipelinesascode.tekton.dev/task: x}}
spec: "{{ if .Tag }}:{{ .Tag }}{{ end }} {{ else }} {{ revision }}"`;
  const byPath =
    'fieldRef: {fieldPath: "metadata.annotations[\'pipelinesascode.tekton.dev/sha\']"}\na: "{{ x }}"';

  expect(isPacFile('a.yaml', yaml)).toBe(true);
  expect(isPacFile('a.yaml', byPath)).toBe(false);
  expect(() => fillObjects(yaml, 'a.yaml', new Map())).toThrow('asks for {{ revision }}, which');
});
