import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFixture, type ServedCompose, serveCompose } from '#lib/compose-fixture';
import { createRegistryClient, NotFoundError, openLayer, parseReference, readImages } from '#lib/oci';
import { readRootfs } from '#lib/rootfs';
import { runStepWith } from '#test/context';
import { startRegistry } from '#test/registries/registry';
import build from './build.ts';

const composeId = 'Fedora-Rawhide-20261123.n.0';
let scratch: string;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let compose: ServedCompose;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'make-repos-'));
  const cache = resolve(import.meta.dirname, '../../.cache');
  const directory = join(scratch, 'compose');
  await makeFixture({ directory, cache, architectures: ['s390x'], composeId });
  [registry, compose] = await Promise.all([startRegistry(), serveCompose(directory)]);
});
afterAll(async () => {
  await Promise.all([registry.stop(), compose.close()]);
  rmSync(scratch, { recursive: true });
});

test('Rawhide: dnf finds its release in small letters, and keys that there are', async () => {
  const IMAGE = `${registry.host}/repos:rawhide-1`;

  const results = await runStepWith(build, { COMPOSE: compose.url, IMAGE, PLATFORMS: ['linux/s390x'] });

  expect(results).toMatchObject({
    COMPOSE_ID: composeId,
    COMPOSE_URL: compose.url,
    RELEASE_VERSION: 'rawhide',
    IMAGE_REF: `${IMAGE}@${results.IMAGE_DIGEST}`,
  });
  const rootfs = await rootfsOf(results.IMAGE_REF);
  expect(rootfs.text('etc/dnf/vars/releasever')).toBe('rawhide\n');
  expect(rootfs.text('usr/lib/os-release')).toContain('\nVERSION_ID=rawhide\n');
  const keys = ['rawhide', '45'].map((one) => `file:///etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-${one}-$basearch`);
  expect(rootfs.text(`etc/yum.repos.d/${composeId}.repo`)).toContain(`\ngpgkey=${keys.join(' ')}\n`);
});

test('credentials of the compose stand nowhere', async () => {
  const lines: string[] = [];
  const wire = {
    COMPOSE: compose.url.replace('//', '//user:SECRET@'),
    IMAGE: `${registry.host}/repos:secret`,
    PLATFORMS: ['linux/s390x'],
    RELEASEVER: '43',
  };

  const results = await runStepWith(build, wire, { lines });

  const rootfs = await rootfsOf(results.IMAGE_REF);
  const texts = [rootfs.text(`etc/yum.repos.d/${composeId}.repo`), JSON.stringify(results), ...lines];
  expect(texts.join('\n')).not.toContain('SECRET');
  expect(await configOf(results.IMAGE_REF)).not.toContain('SECRET');
  expect(rootfs.text(`etc/yum.repos.d/${composeId}.repo`)).toContain(`\nbaseurl=${compose.url}/compose/`);
});

test.for<[more: Record<string, string | readonly string[]>, message: string]>([
  [{ PLATFORMS: ['linux/amd64'] }, 'has no packages of Everything for x86_64'],
  [{ VARIANTS: ['Server'] }, 'has no variant Server'],
  [{ GPGKEY: 'https://u:SECRET@h/key' }, 'GPGKEY holds credentials'],
])('refuses %j before it pushes anything', async ([more, message]) => {
  const IMAGE = `${registry.host}/none:1`;
  const wire = { COMPOSE: compose.url, IMAGE, PLATFORMS: ['linux/s390x'], ...more };

  await expect(runStepWith(build, wire)).rejects.toThrow(message);

  using client = createRegistryClient();
  await expect(client.repository(parseReference(IMAGE)).resolve('1')).rejects.toThrow(NotFoundError);
});

async function rootfsOf(reference: string) {
  const { target, images } = await read(reference);
  const layers = images.flatMap(({ manifest }) =>
    manifest.layers.map((layer) => ({ name: layer.digest, open: () => openLayer(target, layer) })),
  );
  const rootfs = await readRootfs(layers, { likely: () => 'content' });
  return {
    text: (path: string) => {
      const file = rootfs.read(path);
      return file.kind === 'content' ? file.bytes.toString('utf8') : file.kind;
    },
  };
}

async function configOf(reference: string): Promise<string> {
  return JSON.stringify((await read(reference)).images);
}

async function read(reference: string) {
  const target = createRegistryClient().repository(parseReference(reference));
  return { target, ...(await readImages(target, parseReference(reference).digest ?? '')) };
}
