import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { explain } from '#lib/errors';
import { createCertificate } from '#test/registries/certificate';
import { type FarRegistry, startFarRegistry } from '#test/registries/far-registry';
import { type Registry, startRegistry, tester } from '#test/registries/registry';
import { startTokenServer, type TokenServer } from '#test/registries/token-server';
import { packLayer } from '../write/pack.ts';
import { pushImage } from '../write/push-image.ts';
import { createRegistryClient, type RegistryOptions } from './registry-client.ts';

// These tests hold what `--tls-verify=false` means to buildah and skopeo: https with any certificate, else http, on any
// host.

const FAR = 'registry.example:5000';
const config = { os: 'linux', architecture: 'amd64' };
const credential = { username: tester.username, password: tester.password, source: 'the test' };

let folder: string;
let plain: Registry;
let secure: Registry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-insecure-'));
  plain = await startRegistry();
  secure = await startRegistry({ tls: await createCertificate(folder) });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(async () => {
  await Promise.all([plain.stop(), secure.stop()]);
  await rm(folder, { recursive: true });
});

test('a far registry in plain http is reached where its user said so, after https was tried', async () => {
  await using far = await behindProxy(plain);

  await push(FAR, { unverified: [FAR] });

  expect(far.asked.slice(0, 2).map(({ line }) => line)).toEqual([`CONNECT ${FAR}`, `GET http://${FAR}/v2/`]);
  expect(far.asked.filter(({ line }) => line.startsWith('CONNECT'))).toHaveLength(1);
});

test('a far registry in https is spoken to in https, and its certificate is taken as it is', async () => {
  await using far = await behindProxy(secure);

  await push(FAR, { unverified: [FAR] });

  expect(far.asked.every(({ line }) => line === `CONNECT ${FAR}`)).toBe(true);
});

test.each(['https', 'http'])('on loopback, too, it may be %s', async (scheme) => {
  const { host } = scheme === 'https' ? secure : plain;

  await push(host, { unverified: [host] });
});

test('without that an answer in plain http is told as such, with what to do, and gets no second request', async () => {
  await using far = await behindProxy(plain);

  const failure = explain(await push(FAR, {}).catch((error: unknown) => error));

  expect(failure).toMatch(
    /^cannot look for registry\.example:5000\/a@sha256:\w+: no answer from registry\.example:5000: it speaks plain http there, not https \(/,
  );
  expect(failure).toContain(`hint: if that may be, say so: --insecure ${FAR}, for a task TLSVERIFY=false`);
  expect(far.asked).toEqual([{ line: `CONNECT ${FAR}`, authorization: undefined }]);
});

test('an answer in plain http is told as such without a proxy, too', async () => {
  const failure = push(plain.host, { plainHttp: { [plain.host]: false } }).catch(explain);

  expect(await failure).toContain('it speaks plain http there, not https');
});

test('the consent is for that registry, and no other', async () => {
  await using _ = await behindProxy(plain);

  await expect(push('other.example', { unverified: [FAR] })).rejects.toThrow('it speaks plain http');
});

test('a certificate that nobody vouches for is told with what to do', async () => {
  const failure = push(secure.host, { plainHttp: { [secure.host]: false } }).catch(explain);

  expect(await failure).toContain('its certificate is not trusted: self-signed certificate');
  expect(await failure).toContain(`/etc/containers/certs.d/${secure.host}/ca.crt`);
});

test('https on loopback is told as such', async () => {
  await using server = await startNoHttp();

  const failure = push(server.host, {}).catch(explain);

  expect(await failure).toContain('it speaks no plain http there, https perhaps');
  expect(await failure).toContain(`--insecure ${server.host}`);
});

test('a password goes in the clear where its user said so', async () => {
  await using registry = await startRegistry({ htpasswd: tester.htpasswd });
  await using far = await behindProxy(registry);

  await push(FAR, { unverified: [FAR], credentials: async () => credential });

  expect(far.asked.filter(({ authorization }) => authorization?.startsWith('Basic '))).not.toEqual([]);
});

test('a password for loopback goes to no token server on another machine in the clear', async () => {
  const tokens = await tokensAt('http://tokens.example/token');
  await using registry = await startRegistry({ extra: tokens.auth });
  await using far = await behindProxy(registry);
  const asTester = { credentials: async () => credential };

  const failure = await push(registry.host, asTester).catch(explain);

  expect(failure).toContain('its token server http://tokens.example would get the password unencrypted');
  expect(failure).toContain(`--insecure ${registry.host}`);
  expect(far.asked).toEqual([]);
  await tokens.stop();
});

test('with consent it does', async () => {
  const tokens = await tokensAt('http://tokens.example/token');
  await using registry = await startRegistry({ extra: tokens.auth });
  await using far = await behindProxy({ host: new URL(tokens.url).host });

  await push(registry.host, { unverified: [registry.host], credentials: async () => credential });

  expect(far.asked.map(({ line }) => line.slice(0, 31))).toContain('GET http://tokens.example/token');
  await tokens.stop();
});

async function push(registry: string, options: RegistryOptions): Promise<void> {
  using client = createRegistryClient({
    credentials: async () => undefined,
    retry: { delay: 1 },
    ...options,
  });
  const layer = await packLayer([{ path: 'file', content: 'content' }]);
  await pushImage(client.repository(`${registry}/a`), { config, layers: [layer], tags: ['1'] });
}

async function behindProxy({ host }: { readonly host: string }): Promise<FarRegistry> {
  const far = await startFarRegistry(host);
  vi.stubEnv('HTTP_PROXY', far.proxy);
  vi.stubEnv('HTTPS_PROXY', far.proxy);
  vi.stubEnv('NO_PROXY', '');
  return far;
}

/** A token server that a registry believes, and names by another address. */
async function tokensAt(realm: string): Promise<TokenServer> {
  const server = await startTokenServer(await createCertificate(folder, 'tokens'));
  const { token } = server.auth.auth as { readonly token: object };
  return { ...server, auth: { auth: { token: { ...token, realm } } } };
}

/** What a server that waits for TLS sends back: an alert, which is no HTTP. */
async function startNoHttp() {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}
