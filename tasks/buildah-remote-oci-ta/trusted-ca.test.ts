import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRegistryClient, packLayer, pushImage, type RegistryClient } from '#lib/oci';
import { missing } from '#test/build-pod';
import { type Certificate, createCertificate } from '#test/registries/certificate';
import { type Registry, startRegistry } from '#test/registries/registry';
import { startTunnel } from '#test/registries/tunnel';
import { openRemoteBuilds, type RemoteBuilds } from '#test/remote-build';

const timeout = 180_000;
let directory: string;
let certificate: Certificate;
let registry: Registry;
let client: RegistryClient;
let builds: RemoteBuilds;
/** The way to the registry, which has a name as no loopback has: there, no certificate is asked for. */
let tunnel: Awaited<ReturnType<typeof startTunnel>>;

describe.skipIf(missing.length > 0)('authorities of a build', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'trusted-ca-'));
    certificate = await createCertificate(directory, 'far', ['registry.example']);
    registry = await startRegistry({ tls: certificate });
    client = createRegistryClient({ ca: [certificate.pem], plainHttp: { [registry.host]: false } });
    tunnel = await startTunnel(registry.host);
    builds = await openRemoteBuilds();
    await pushImage(client.repository(`${registry.host}/base`), {
      config: { os: 'linux', architecture: 'amd64' },
      layers: [await packLayer([{ path: 'base-file', content: 'of the base' }])],
      tags: ['1'],
    });
  }, 120_000);
  afterAll(async () => {
    client[Symbol.dispose]();
    await builds[Symbol.asyncDispose]();
    await tunnel[Symbol.asyncDispose]();
    await registry.stop();
    rmSync(directory, { recursive: true });
  });

  const build = (params: Readonly<Record<string, string>>) =>
    builds.build({
      files: { Containerfile: `FROM registry.example/base:1\nCOPY Containerfile /\n` },
      params: { DOCKERFILE: 'Containerfile', HTTP_PROXY: tunnel.host, ...params },
      objects: JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'ours' },
        data: { 'own.pem': certificate.pem },
      }),
    });

  test('those of the ConfigMap and key that are named are trusted', { timeout }, async () => {
    const built = await build({ caTrustConfigMapName: 'ours', caTrustConfigMapKey: 'own.pem' });

    expect(built.status, built.lines.join('\n')).toBe('Succeeded');
    expect(new Set(tunnel.connected)).toEqual(new Set(['registry.example:443']));
  });

  test('without them the registry is refused', { timeout }, async () => {
    const { status, lines, values } = await build({});

    expect(status).toBe('Failed');
    expect(lines.filter((line) => line.startsWith('build: error: ')).join('\n')).toMatch(/certificate/);
    expect(values).toEqual({});
  });

  test.skipIf(existsSync('/etc/rhsm/ca'))(
    'RHSM_MOUNT_CA_CERTS=always is refused where they are not there',
    { timeout },
    async () => {
      const { status, lines } = await builds.build({
        files: { Containerfile: 'FROM scratch\nCOPY Containerfile /\n' },
        params: { DOCKERFILE: 'Containerfile', RHSM_MOUNT_CA_CERTS: 'always' },
      });

      expect(status).toBe('Failed');
      expect(lines.filter((line) => line.startsWith('build: error: '))).toEqual([
        'build: error: RHSM_MOUNT_CA_CERTS=always needs /etc/rhsm/ca, which the step image does not have',
      ]);
    },
  );
});
