import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { explain } from '#lib/errors';
import { createCertificate } from '#test/registries/certificate';
import { startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry, tester } from '#test/registries/registry';
import { startTokenServer, type TokenServer } from '#test/registries/token-server';
import { copy } from '../copy/copy.ts';
import { collect } from '../model/content.ts';
import { describe } from '../model/descriptor.ts';
import { CredentialsError, UnauthorizedError } from '../model/errors.ts';
import { createMemoryTarget } from '../stores/memory.ts';
import { packLayer } from '../write/pack.ts';
import { pushImage } from '../write/push-image.ts';
import type { Credential } from './auth/credential.ts';
import { createRegistryClient, type RegistryOptions } from './registry-client.ts';

const known: Credential = { ...tester, source: 'the test' };
const asTester: RegistryOptions = { credentials: async () => known };
const nobody: RegistryOptions = { credentials: async () => undefined };
const config = { os: 'linux', architecture: 'amd64' };

let folder: string;
let withPassword: Registry;
let withToken: Registry;
let tokens: TokenServer;
let asked: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-auth-'));
  const certificate = await createCertificate(folder);
  tokens = await startTokenServer(certificate, { anonymousMayPull: true, identityToken: 'refresh me' });
  withPassword = await startRegistry({ htpasswd: tester.htpasswd });
  withToken = await startRegistry({ extra: tokens.auth });
});

beforeEach(() => {
  asked = tokens.asked.length;
});

afterAll(async () => {
  await withPassword.stop();
  await withToken.stop();
  await tokens.stop();
  await rm(folder, { recursive: true });
});

test('pushes and pulls with a password', async () => {
  const repository = createRegistryClient(asTester).repository(`${withPassword.host}/a/b`);

  const { digest } = await pushImage(repository, { config, layers: [await layer()], tags: ['1'] });

  expect((await repository.resolve('1')).digest).toBe(digest);
});

test('says who refused, and how to log in', async () => {
  const repository = createRegistryClient(nobody).repository(`${withPassword.host}/a/b`);

  const failure = repository.resolve('1');

  await expect(failure).rejects.toThrow(UnauthorizedError);
  await expect(failure).rejects.toMatchObject({
    message: `cannot resolve ${withPassword.host}/a/b:1: ${withPassword.host} answered 401`,
    status: 401,
    method: 'HEAD',
    hint: `podman login ${withPassword.host}`,
  });
});

test('asks for one token for reading and one for writing, not one for each request', async () => {
  const repository = createRegistryClient(asTester).repository(`${withToken.host}/a/b`);
  const layers = await Promise.all(['x', 'y', 'z'].map(layer));

  await pushImage(repository, { config, layers, tags: ['1', '2'] });

  expect(tokens.asked.slice(asked).map(({ scopes }) => scopes)).toEqual([
    ['repository:a/b:pull'],
    ['repository:a/b:pull,push'],
  ]);
});

test('reads anonymously where that is allowed', async () => {
  await pushImage(createRegistryClient(asTester).repository(`${withToken.host}/a/c`), {
    config,
    layers: [await layer()],
    tags: ['1'],
  });
  const anonymous = createRegistryClient(nobody).repository(`${withToken.host}/a/c`);

  const result = await copy(anonymous, createMemoryTarget(), { reference: '1' });

  expect(result.copied).toHaveLength(3);
  expect(tokens.asked.at(-1)).toMatchObject({ user: undefined, scopes: ['repository:a/c:pull'] });
  await expect(pushImage(anonymous, { config, layers: [await layer('other')] })).rejects.toThrow(
    UnauthorizedError,
  );
});

test('trades an identity token for a token', async () => {
  const credential = { username: '', password: '', identityToken: 'refresh me', source: 'the test' };
  const repository = createRegistryClient({ credentials: async () => credential }).repository(
    `${withToken.host}/a/d`,
  );

  await pushImage(repository, { config, layers: [await layer()] });

  expect(tokens.asked.at(-1)).toMatchObject({ method: 'POST', user: tester.username });
});

test('names the file with the credentials that were refused, and not the password', async () => {
  const wrong = {
    username: 'tester',
    password: 'wrong-password',
    source: '/root/.docker/config.json (quay.io)',
  };
  const repository = createRegistryClient({ credentials: async () => wrong }).repository(
    `${withToken.host}/a/b`,
  );

  const failure = await repository.resolve('1').catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(UnauthorizedError);
  expect(failure).toMatchObject({
    message: `cannot log in to ${withToken.host}: its token server ${tokens.url} answered 401`,
    hint: 'check the credentials in /root/.docker/config.json (quay.io)',
  });
  expect(JSON.stringify(failure) + String(failure)).not.toContain('wrong-password');
});

test('mounts across repositories with a token for both', async () => {
  const client = createRegistryClient(asTester);
  const from = client.repository(`${withToken.host}/mount/from`);
  await pushImage(from, { config, layers: [await layer('mounted')], tags: ['1'] });

  const { mounted } = await copy(from, client.repository(`${withToken.host}/mount/to`), { reference: '1' });

  expect(mounted).toHaveLength(2);
});

test('gets another token when the one it has expires in the middle of a push and of a pull', async () => {
  const proxy = await startFaultProxy(withToken.host);
  const repository = createRegistryClient({ ...asTester, retry: { delay: 1 } }).repository(`${proxy.host}/e`);
  const bytes = randomBytes(2_000_000);
  const descriptor = describe('application/octet-stream', bytes);
  const refused = new Set<string | undefined>();
  const challenge = `Bearer realm="${tokens.url}",service="the registry",scope="repository:e:pull,push"`;
  const expire = (method: string) => {
    proxy.fault = (request) => {
      const { authorization } = request.headers;
      // The first token that is seen here is refused from now on.
      if (request.method === method && refused.size === 0) refused.add(authorization);
      const isRefused = authorization !== undefined && refused.has(authorization);
      const headers = { 'www-authenticate': challenge };
      return isRefused ? { kind: 'answer', status: 401, headers } : undefined;
    };
  };

  expire('PUT');
  await repository.push(descriptor, async function* () {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  });
  refused.clear();
  expire('GET');
  const back = await collect(repository.fetch(descriptor));

  expect(refused.size).toBe(1);
  expect(back).toEqual(bytes);
  await proxy.stop();
});

test.for<[name: string, trouble: CredentialsError, hint: string]>([
  [
    'a helper that is not there',
    new CredentialsError('docker-credential-desktop is not installed', {
      hint: 'install it',
      mayBeNobody: true,
    }),
    'install it',
  ],
  [
    'a helper that fails',
    new CredentialsError('the keychain is locked', { mayBeNobody: true }),
    'podman login',
  ],
])(
  'with %s we are nobody, which is enough for what is public, and told where it is not',
  async ([, trouble, hint]) => {
    let calls = 0;
    const credentials = async () => {
      calls++;
      throw trouble;
    };
    const owner = createRegistryClient(asTester).repository(`${withToken.host}/public`);
    const root = await pushImage(owner, { config, layers: [await layer()], tags: ['1'] });
    const broken = createRegistryClient({ credentials });
    const ours = broken.repository(owner.name);

    expect((await ours.resolve('1')).digest).toBe(root.digest);
    const push = await pushImage(ours, { config, layers: [await layer('new')] }).catch(explain);
    const pull = await broken.repository(`${withPassword.host}/a/b`).resolve('1').catch(explain);

    for (const failure of [push, pull]) expect(failure).toContain(`: ${trouble.message}\nhint: ${hint}`);
    // The helper is called once for each registry, whatever is requested, because it may hang.
    expect(calls).toBe(2);
  },
);

test('a mount waits for no token server that has none for two repositories', async () => {
  const proxy = await startFaultProxy(new URL(tokens.url).host);
  proxy.fault = ({ path }) => (path.split('scope=').length > 2 ? { kind: 'answer', status: 500 } : undefined);
  const { token } = tokens.auth.auth as { readonly token: object };
  const auth = { token: { ...token, realm: `http://${proxy.host}/token` } };
  await using registry = await startRegistry({ extra: { auth } });
  const waits: number[] = [];
  const client = createRegistryClient({ ...asTester, onRetry: (_, wait) => waits.push(wait) });
  const from = client.repository(`${registry.host}/from`);
  await pushImage(from, { config, layers: [await layer('two')], tags: ['1'] });

  const { copied } = await copy(from, client.repository(`${registry.host}/to`), { reference: '1' });

  expect(copied).toHaveLength(3);
  expect(waits).toEqual([]);
  await proxy.stop();
});

test('credentials that cannot be read end it before anything is asked', async () => {
  const credentials = async () => {
    throw new CredentialsError('the credentials in x are not JSON');
  };

  const failure = createRegistryClient({ credentials }).repository(`${withToken.host}/a/b`).resolve('1');

  await expect(failure).rejects.toThrow('the credentials in x are not JSON');
});

test('uses no token that is about to expire', async () => {
  const certificate = await createCertificate(folder, 'short');
  const short = await startTokenServer(certificate, { lifetime: 61 });
  await using registry = await startRegistry({ extra: short.auth });
  const repository = createRegistryClient(asTester).repository(`${registry.host}/short`);
  await pushImage(repository, { config, layers: [await layer()], tags: ['1'] });
  const before = short.asked.length;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 55_000 });

  await repository.resolve('1').finally(() => vi.useRealTimers());

  expect(short.asked.length).toBe(before + 1);
  await short.stop();
});

test('sends no password to a token server without TLS when the registry has TLS', async () => {
  const certificate = await createCertificate(folder, 'leak');
  await using registry = await startRegistry({ tls: certificate, extra: tokens.auth });
  const options = { ...asTester, ca: [certificate.pem], plainHttp: { [registry.host]: false } };
  const before = tokens.asked.length;

  const failure = createRegistryClient(options).repository(`${registry.host}/a`).resolve('1');

  await expect(failure).rejects.toThrow('would get the password unencrypted');
  expect(tokens.asked.length).toBe(before);
});

const layer = (content = 'content') => packLayer([{ path: 'file', content }]);
