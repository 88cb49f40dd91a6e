import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { explain } from '#lib/errors';
import { credentialFiles, readCredentials } from './credentials.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-credentials-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(() => rm(folder, { recursive: true }));

test('takes the most specific entry of a file', async () => {
  const look = await lookIn({
    auths: {
      'quay.io': entry('registry'),
      'quay.io/fedora': entry('namespace'),
      'quay.io/fedora/bootc': entry('repository'),
      'quay.io/fed': entry('never'),
    },
  });

  expect((await look('quay.io', 'fedora/bootc'))?.username).toBe('repository');
  expect((await look('quay.io', 'fedora/other'))?.username).toBe('namespace');
  expect((await look('quay.io', 'other'))?.username).toBe('registry');
  expect(await look('ghcr.io', 'fedora/bootc')).toBeUndefined();
});

test.for([
  ['docker.io', 'https://index.docker.io/v1/'],
  ['docker.io', 'docker.io'],
  ['docker.io', 'index.docker.io'],
  ['quay.io', 'https://quay.io'],
  ['quay.io', 'https://quay.io/v2/'],
  ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['quay.io', 'https://quay.io/'],
  ['quay.io', 'https://quay.io/v1'],
  ['quay.io', 'https://quay.io/v2'],
  ['quay.io', 'http://quay.io/v2/'],
  ['quay.io:5000', 'https://quay.io:5000/any/path'],
  ['docker.io', 'registry-1.docker.io'],
  ['docker.io', 'https://registry-1.docker.io/v2/'],
  ['docker.io', 'index.docker.io/a'],
  ['docker.io', 'docker.io/a/b'],
] as const)('finds %s under %s', async ([registry, key]) => {
  const look = await lookIn({ auths: { [key]: entry('me') } });

  expect((await look(registry, 'a/b'))?.username).toBe('me');
});

// As in podman, a key without a scheme is a name as it stands.
test.for(['quay.io/', 'quay.io/v1/', 'QUAY.IO', 'quay.io:443', 'https://quay.io:443', 'quay.io/a/b/c'])(
  'does not take %s for quay.io',
  async (key) => {
    const look = await lookIn({ auths: { [key]: entry('me') } });

    expect(await look('quay.io', 'a/b')).toBeUndefined();
  },
);

test.for<[name: string, file: object]>([
  ['auths', { auths: ['quay.io'] }],
  ['quay.io', { auths: { 'quay.io': 'dXNlcjpzZWNyZXQ=' } }],
  ['quay.io', { auths: { 'quay.io': { auth: 7 } } }],
  ['quay.io', { credHelpers: { 'quay.io': { name: 'x' } } }],
  ['credsStore', { credsStore: true }],
])('says that %s is not what it should be, without quoting it', async ([what, file]) => {
  const look = await lookIn(file);

  const failure = explain(await look('quay.io', 'a').catch((error: unknown) => error));

  expect(failure).toMatch(new RegExp(`where one should be: "${what}"\nhint: log in again$`));
});

test.for(['dXNlcjpzZWNyZXQ', 'dXNlcjpzZWNyZXQ=*', 'not base64 at all'])(
  'takes %s for no base64, where node would read something into it',
  async (auth) => {
    const look = await lookIn({ auths: { 'quay.io': { auth } } });

    const failure = await look('quay.io', 'a').catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'CredentialsError', mayBeNobody: false });
    expect(explain(failure)).not.toContain(auth);
  },
);

test('an empty name of a helper means that the file counts, and not the store', async () => {
  await helper('one', 'echo "{\\"Username\\":\\"store\\",\\"Secret\\":\\"s\\"}"');
  const look = await lookIn({
    credHelpers: { 'quay.io': '', 'ghcr.io': '' },
    credsStore: 'one',
    auths: { 'quay.io': entry('file') },
  });

  expect((await look('quay.io', 'a'))?.username).toBe('file');
  expect(await look('ghcr.io', 'a')).toBeUndefined();
  expect((await look('gcr.io', 'a'))?.username).toBe('store');
});

test('says where a credential stands, for messages', async () => {
  const look = await lookIn({ auths: { 'quay.io/a': entry('me', 'pass:word') } });

  expect(await look('quay.io', 'a/b')).toEqual({
    username: 'me',
    password: 'pass:word',
    source: `${folder}/config.json (quay.io/a)`,
  });
});

test('reads plain fields and identity tokens too, and skips what a credsStore leaves behind', async () => {
  const look = await lookIn({
    auths: {
      a: { username: 'u', password: 'p' },
      b: { identitytoken: 'token' },
      c: {},
    },
  });

  expect(await look('a', 'x')).toMatchObject({ username: 'u', password: 'p' });
  expect(await look('b', 'x')).toMatchObject({ identityToken: 'token' });
  expect(await look('c', 'x')).toBeUndefined();
});

test('asks the files in order, and the first that knows the registry counts', async () => {
  const files = ['one.json', 'two.json', 'missing.json'].map((name) => join(folder, name));
  await write(files[0] as string, { auths: { 'quay.io': entry('one') } });
  await write(files[1] as string, { auths: { 'quay.io/a': entry('two'), 'ghcr.io': entry('two') } });
  const look = readCredentials({}, files);

  expect((await look('quay.io', 'a'))?.username).toBe('one');
  expect((await look('ghcr.io', 'a'))?.username).toBe('two');
});

test("looks where docker and podman keep them, docker's variable first", () => {
  const files = credentialFiles({
    DOCKER_CONFIG: '/docker',
    REGISTRY_AUTH_FILE: '/podman.json',
    XDG_RUNTIME_DIR: '/run/user/1',
    HOME: '/home/me',
  });

  expect(files).toEqual([
    '/docker/config.json',
    '/podman.json',
    '/run/user/1/containers/auth.json',
    '/home/me/.config/containers/auth.json',
    '/home/me/.docker/config.json',
  ]);
});

test('says which file is broken, without quoting it', async () => {
  const path = join(folder, 'broken.json');
  await write(path, '{"auths":{"quay.io":{"auth":"c2VjcmV0');

  const failure = await readCredentials({}, [path])('quay.io', 'a').catch((error: unknown) => error);

  expect(explain(failure)).toBe(`the credentials in ${path} are not JSON\nhint: log in again`);
});

test('says that an entry is no base64 of user and password', async () => {
  const look = await lookIn({ auths: { 'quay.io': { auth: Buffer.from('nocolon').toString('base64') } } });

  await expect(look('quay.io', 'a')).rejects.toThrow('(quay.io) is no base64 of user:password');
});

test('asks the credential helper of the registry, and else the store', async () => {
  await helper('one', 'read server; echo "{\\"Username\\":\\"$server\\",\\"Secret\\":\\"s\\"}"');
  const look = await lookIn({
    credHelpers: { 'quay.io': 'one' },
    credsStore: 'one',
    auths: { 'quay.io': {}, 'gcr.io': {} },
  });

  expect(await look('quay.io', 'a')).toEqual({
    username: 'quay.io',
    password: 's',
    source: 'docker-credential-one (quay.io)',
  });
  expect((await look('docker.io', 'a'))?.username).toBe('https://index.docker.io/v1/');
});

test('takes <token> for an identity token, and not found for nobody', async () => {
  await helper('token', 'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"refresh\\"}"');
  await helper('empty', 'echo credentials not found in native keychain; exit 1');
  const look = await lookIn({ credHelpers: { a: 'token', b: 'empty' } });

  expect(await look('a', 'x')).toMatchObject({ identityToken: 'refresh' });
  expect(await look('b', 'x')).toBeUndefined();
});

test.for([
  ['missing', undefined, 'docker-credential-missing is not installed'],
  ['failing', 'echo no keychain >&2; exit 2', 'exited with code 2: no keychain'],
  ['babbling', 'echo "hunter2"', 'answered something that is not JSON'],
  ['../evil', undefined, '"../evil" is no name of a credential helper'],
] as const)('says what is wrong with a helper: %s', async ([name, script, message]) => {
  if (script !== undefined) await helper(name, script);
  const look = await lookIn({ credHelpers: { 'quay.io': name } });

  const failure = explain(await look('quay.io', 'a').catch((error: unknown) => error));

  expect(failure).toContain(message);
  expect(failure).not.toContain('hunter2');
});

function entry(username: string, password = 'secret') {
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}

async function lookIn(file: object) {
  const path = join(folder, 'config.json');
  await write(path, file);
  return readCredentials({}, [path]);
}

async function write(path: string, content: object | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
}

async function helper(name: string, script: string): Promise<void> {
  const bin = join(folder, 'bin');
  const path = join(bin, `docker-credential-${name}`);
  await write(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
}
