import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { explain } from '#lib/errors';
import { type Certificate, createCertificate } from '#test/registries/certificate';
import { type Registry, startRegistry } from '#test/registries/registry';
import { startTunnel } from '#test/registries/tunnel';
import { UnreachableError } from '../../model/errors.ts';
import { packLayer } from '../../write/pack.ts';
import { pushImage } from '../../write/push-image.ts';
import { createRegistryClient, type RegistryOptions } from '../registry-client.ts';
import { endpointOf, isLoopback } from './endpoint.ts';

let folder: string;
let certificate: Certificate;
let secure: Registry;
const config = { os: 'linux', architecture: 'amd64' };
const nobody = { credentials: async () => undefined, retry: { delay: 1 } };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-transport-'));
  certificate = await createCertificate(folder);
  secure = await startRegistry({ tls: certificate });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(async () => {
  await secure.stop();
  await rm(folder, { recursive: true });
});

test.for([
  ['127.0.0.1:5000', 'http://127.0.0.1:5000/v2/'],
  ['localhost', 'http://localhost/v2/'],
  ['[::1]:5000', 'http://[::1]:5000/v2/'],
  ['quay.io', 'https://quay.io/v2/'],
  ['127.0.0.1.example.org', 'https://127.0.0.1.example.org/v2/'],
  ['docker.io', 'https://registry-1.docker.io/v2/'],
] as const)('reaches %s at %s', ([registry, url]) => {
  expect(endpointOf(registry, undefined).href).toBe(url);
});

test('speaks plain http elsewhere only when told, and TLS on loopback when told', () => {
  expect(endpointOf('registry.local:5000', true).protocol).toBe('http:');
  expect(endpointOf('127.0.0.1:5000', false).protocol).toBe('https:');
  expect(isLoopback('10.0.0.1')).toBe(false);
});

test('refuses a certificate that nobody vouches for', async () => {
  const failure = await use({}).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(UnreachableError);
  expect(failure).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(explain(failure)).toContain(`cannot look for ${secure.host}/a@sha256:`);
});

test('trusts an authority that is given', async () => {
  await use({ ca: [certificate.pem] });
});

test("trusts an authority from the registry's folder, and from no other's", async () => {
  const own = join(folder, 'certs.d', secure.host);
  const other = join(folder, 'others.d', 'quay.io');
  for (const path of [own, other]) {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'ca.crt'), certificate.pem);
  }

  await use({ certificateFolders: [join(folder, 'certs.d')] });
  await expect(use({ certificateFolders: [join(folder, 'others.d')] })).rejects.toThrow('self-signed');
});

test('takes a certificate as it is for a registry of which the user said so, and for no other', async () => {
  await use({ unverified: [secure.host] });
  await expect(use({ unverified: ['quay.io'] })).rejects.toThrow('self-signed');
});

test('goes through the proxy that the environment names, but not to this machine', async () => {
  await using proxy = await startTunnel(secure.host);
  vi.stubEnv('HTTPS_PROXY', `http://${proxy.host}`);
  vi.stubEnv('NO_PROXY', '');
  const far = createRegistryClient({ ...nobody, ca: [certificate.pem] }).repository('registry.example/a');

  // The certificate is for 127.0.0.1: that it is refused for this name shows that we got there.
  await expect(far.resolve('1')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  await use({ ca: [certificate.pem] });

  expect(proxy.connected).toEqual(['registry.example:443']);
});

test('leaves out the proxy for what NO_PROXY names', async () => {
  await using proxy = await startTunnel(secure.host);
  vi.stubEnv('HTTPS_PROXY', `http://${proxy.host}`);
  vi.stubEnv('NO_PROXY', '.invalid');
  const far = createRegistryClient(nobody).repository('registry.invalid/a');

  await expect(far.resolve('1')).rejects.toMatchObject({ code: 'ENOTFOUND' });

  expect(proxy.connected).toEqual([]);
});

test('says that nobody listens, at once', async () => {
  const registry = await startRegistry();
  const repository = createRegistryClient().repository(`${registry.host}/a`);
  await registry.stop();

  const failure = await repository.resolve('1').catch((error: unknown) => error);

  expect(explain(failure)).toBe(
    `cannot resolve ${registry.host}/a:1: no answer from ${registry.host}: connect ECONNREFUSED ${registry.host}\n` +
      `hint: is the registry at ${registry.host} running?`,
  );
});

/** Pushes something, over TLS. */
async function use(options: RegistryOptions): Promise<void> {
  const client = createRegistryClient({ ...nobody, plainHttp: { [secure.host]: false }, ...options });
  const layer = await packLayer([{ path: 'file', content: 'content' }]);
  await pushImage(client.repository(`${secure.host}/a`), { config, layers: [layer] });
  client.close();
}
