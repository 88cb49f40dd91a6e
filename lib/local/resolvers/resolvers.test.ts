import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { packBundle } from '#lib/bundle';
import {
  copy,
  createLayout,
  createMemoryTarget,
  createRegistryClient,
  packLayer,
  pushImage,
  type RegistryClient,
  type Target,
} from '#lib/oci';
import { run } from '#lib/process';
import { type Registry, startRegistry } from '#test/registries/registry';
import { serveGit } from '#test/servers/git-server';
import type { Param } from '../model/api.ts';
import { parseBundleMapping } from './bundle-map.ts';
import { createResolvers } from './create-resolvers.ts';
import type { ResolvedKind, Resolvers } from './resolve.ts';

const signal = new AbortController().signal;
let folder: string;
let registry: Registry;
let client: RegistryClient;
let resolvers: Resolvers;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resolvers-'));
  registry = await startRegistry();
  client = createRegistryClient({ retry: { attempts: 1 } });
  resolvers = createResolvers({ client, cacheDirectory: join(folder, 'cache') });
});
afterAll(async () => {
  client.close();
  await registry.stop();
  await rm(folder, { recursive: true });
});

test('bundles: finds a task by kind and name, and says where it came from', async () => {
  const digest = await push(client.repository(`${registry.host}/a/tasks`), 'v1');

  const { object, source } = await resolve('bundles', {
    bundle: `${registry.host}/a/tasks:v1`,
    name: 'hello',
    kind: 'task',
  });

  expect(object).toEqual(task('hello'));
  expect(source).toEqual({
    uri: `${registry.host}/a/tasks`,
    digest: { sha256: digest.slice(7) },
    entryPoint: 'hello',
  });
});

test('bundles: what is pinned by digest is asked for once', async () => {
  const mortal = await startRegistry();
  const digest = await push(client.repository(`${mortal.host}/a/tasks`), 'v1');
  const params = { bundle: `${mortal.host}/a/tasks:v1@${digest}`, name: 'hello', kind: 'task' };
  const first = await resolve('bundles', params);
  await mortal.stop();

  const others = createResolvers({ client, cacheDirectory: join(folder, 'cache') });

  expect(await resolve('bundles', params, others)).toEqual(first);
});

test('bundles: a damaged cache is not used', async () => {
  const cacheDirectory = join(folder, 'damaged');
  const digest = await push(client.repository(`${registry.host}/a/again`), 'v1');
  const params = { bundle: `${registry.host}/a/again@${digest}`, name: 'hello', kind: 'task' };
  const first = await resolve('bundles', params, createResolvers({ client, cacheDirectory }));
  for (const file of await readdir(cacheDirectory))
    await writeFile(join(cacheDirectory, file), '{"value":{"text":"x"}}');

  expect(await resolve('bundles', params, createResolvers({ client, cacheDirectory }))).toEqual(first);
});

test('bundles: are taken from a layout, from files or from another registry where a map says so', async () => {
  await push(createLayout(join(folder, 'layout')), 'v1');
  await push(client.repository(`${registry.host}/mirror/tasks`), 'v1');
  await writeFile(join(folder, 'hello.yaml'), JSON.stringify(task('hello')));
  const params = { bundle: 'quay.io/org/tasks:v1', name: 'hello', kind: 'task' };

  for (const target of [`oci:${folder}/layout:v1`, join(folder, 'hello.yaml'), `${registry.host}/mirror/*`]) {
    const bundleMap = [parseBundleMapping(`quay.io/org/*=${target}`)];
    const { object } = await resolve(
      'bundles',
      params,
      createResolvers({ client, bundleMap, cacheDirectory: folder }),
    );
    expect(object).toEqual(task('hello'));
  }
});

test.for<[name: string, params: Record<string, string>, message: string]>([
  ['another name', { name: 'other' }, 'could not find object in image with kind: task and name: other'],
  ['another kind', { kind: 'pipeline' }, 'a task is needed here, and its param kind is pipeline'],
  ['a tag that is not there', { bundle: 'v2' }, 'answered 404'],
  ['no name', { name: '' }, 'its param name is missing'],
  ['an unknown param', { nmae: 'x' }, 'it has no param nmae'],
  ['a Secret', { secret: 'x' }, 'the param secret names a Secret of a cluster'],
  ['a result', { name: '$(tasks.a.results.b)' }, 'is the result of another task'],
])('bundles: refuses %s', async ([, change, message]) => {
  const repository = `${registry.host}/a/refused`;
  await push(client.repository(repository), 'v1');
  const params = { name: 'hello', kind: 'task', ...change, bundle: `${repository}:${change.bundle ?? 'v1'}` };

  await expect(resolve('bundles', params)).rejects.toThrow(message);
});

test('bundles: one that the resolver of a cluster would refuse as a whole is refused', async () => {
  const target = client.repository(`${registry.host}/a/bad`);
  const layers = [await packLayer([{ path: 'hello', content: JSON.stringify(task('hello')) }])];
  await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers, tags: ['v1'] });

  const result = resolve('bundles', { bundle: `${registry.host}/a/bad:v1`, name: 'hello', kind: 'task' });

  await expect(result).rejects.toThrow('invalid tekton bundle');
});

test('git: reads a file at a branch, a tag and a commit', async () => {
  const { url, commits } = await makeRepository();

  for (const revision of ['main', 'first', commits[0] as string]) {
    const { object, source } = await resolve('git', { url, revision, pathInRepo: 'tasks/hello.yaml' });
    expect(object).toEqual(task(revision === 'main' ? 'second' : 'hello'));
    expect(source?.digest).toEqual({ sha1: revision === 'main' ? commits[1] : commits[0] });
  }
});

test('git: a commit is asked for once', async () => {
  const { url, path, commits } = await makeRepository();
  const params = { url, revision: commits[0] as string, pathInRepo: 'tasks/hello.yaml' };
  const first = await resolve('git', params);
  await rm(path, { recursive: true });

  expect(await resolve('git', params)).toEqual(first);
});

test.for<[name: string, params: Record<string, string>, message: string]>([
  ['no such path', { pathInRepo: 'tasks/none.yaml' }, 'cannot read tasks/none.yaml of'],
  ['no such revision', { revision: 'none' }, "couldn't find remote ref none"],
  ['a path out of it', { pathInRepo: '../../etc/passwd' }, 'not a path in a repository'],
  ['an option for a revision', { revision: '--upload-pack=x' }, 'not a revision'],
  ['two refs', { revision: 'main:main' }, 'not a revision'],
  ['a program for an address', { url: 'ext::sh -c id' }, 'not the address of a git repository'],
  ['an option for an address', { url: '--upload-pack=x' }, 'not the address of a git repository'],
  ['a forge', { org: 'tektoncd' }, 'asks the API of a forge'],
])('git: refuses %s', async ([, change, message]) => {
  const { url } = await makeRepository();

  const result = resolve('git', { url, revision: 'main', pathInRepo: 'tasks/hello.yaml', ...change });

  await expect(result).rejects.toThrow(message);
});

test('git: credentials of an address get there, and stand nowhere', async () => {
  const { path, commits } = await makeRepository();
  const server = await serveGit(join(path, '..'), 'user:SEC/RET');
  onTestFinished(() => server.close());
  const url = `${server.url}/${basename(path)}/.git`;
  const withLogin = url.replace('//', '//user:SEC%2FRET@');
  const params = { revision: commits[1] as string, pathInRepo: 'tasks/hello.yaml' };

  await expect(resolve('git', { url, ...params })).rejects.toThrow(`cannot read tasks/hello.yaml of ${url}`);
  const { object, source } = await resolve('git', { url: withLogin, ...params });

  expect(object).toEqual(task('second'));
  expect(source?.uri).toBe(`git+${url}`);
  const failure = resolve('git', { url: withLogin, ...params, pathInRepo: 'none' });
  await expect(failure).rejects.toThrow(/^(?!.*SEC).*cannot read none of/);
});

test.for(['cluster', 'hub'])('%s is refused by name', async (name) => {
  await expect(resolve(name, {})).rejects.toThrow(`the resolver ${name} needs what is not here`);
});

async function resolve(
  name: string,
  params: Record<string, string>,
  from = resolvers,
  kind: ResolvedKind = 'task',
) {
  const resolver = from[name];
  if (resolver === undefined) throw new Error(`no resolver ${name}`);
  const list: Param[] = Object.entries(params).map(([key, value]) => ({ name: key, value }));
  return resolver(kind, list, signal);
}

async function push(target: Target, tag: string): Promise<string> {
  const memory = createMemoryTarget();
  const { digest } = await packBundle(memory, [task('hello')]);
  await copy(memory, target, { reference: digest, tags: [tag] });
  return digest;
}

function task(name: string) {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name },
    spec: { steps: [{ name: 'a', image: 'x' }] },
  };
}

/** Two commits on main, the first with a tag. */
async function makeRepository() {
  const path = await mkdtemp(join(folder, 'git-'));
  const git = async (...args: string[]) =>
    (
      await run('git', ['-C', path, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args])
    ).stdout.trim();
  await git('init', '--quiet', '--initial-branch=main');
  await mkdir(join(path, 'tasks'));
  const commits: string[] = [];
  for (const name of ['hello', 'second']) {
    await writeFile(join(path, 'tasks/hello.yaml'), JSON.stringify(task(name)));
    await git('add', '.');
    await git('commit', '--quiet', '-m', name);
    commits.push(await git('rev-parse', 'HEAD'));
    if (name === 'hello') await git('tag', 'first');
  }
  return { url: `file://${path}`, path, commits };
}
