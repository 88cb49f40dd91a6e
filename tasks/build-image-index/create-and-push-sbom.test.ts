import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  createRegistryClient,
  fetchBytes,
  fetchManifest,
  isIndex,
  packLayer,
  parseReference,
  pushImage,
  type Repository,
} from '#lib/oci';
import { runStepWith } from '#test/context';
import { startRegistry } from '#test/registries/registry';
import build from './build.ts';
import createAndPushSbom from './create-and-push-sbom.ts';

const client = createRegistryClient({ credentials: async () => undefined });
let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => {
  client.close();
  return registry.stop();
});
afterEach(() => vi.unstubAllEnvs());

test('the index that was built gets an SBOM of its images, as SBOM_BLOB_URL says', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'index-sbom-'));
  vi.stubEnv('INDEX_DATA', folder.path);
  const image = `${registry.host}/org/image:43`;
  const target = client.repository(parseReference(image));
  const IMAGES = [await push(target, 's390x', '2026-01-02T03:04:05Z'), await push(target, 'amd64')];
  const params = { IMAGE: image, IMAGES };

  const index = await runStepWith(build, params);
  const { SBOM_BLOB_URL } = await runStepWith(createAndPushSbom, params, {
    workspaces: { index: folder.path },
  });

  const sbom = await attached(target, index.IMAGE_DIGEST);
  expect(SBOM_BLOB_URL).toBe(`${target.name}@${sbom.digest}`);
  const [amd64, s390x] = index.IMAGES.split(',').map((one) => one.slice(one.indexOf('@') + 1));
  expect(sbom.document).toMatchObject({
    spdxVersion: 'SPDX-2.3',
    name: `${target.name}@${index.IMAGE_DIGEST}`,
    creationInfo: { created: '2026-01-02T03:04:05Z' },
    packages: [
      {
        SPDXID: 'SPDXRef-image-index',
        name: 'image',
        versionInfo: '43',
        ...purl(target, index.IMAGE_DIGEST),
      },
      { name: 'image_amd64', versionInfo: '43', ...purl(target, amd64, 'amd64') },
      { name: 'image_s390x', versionInfo: '43', ...purl(target, s390x, 's390x') },
    ],
  });
  const [root] = await target.referrers(await target.resolve(index.IMAGE_DIGEST));
  expect(root?.artifactType).toBe('application/spdx+json');
});

test('where no index was built there is none', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'index-sbom-'));
  vi.stubEnv('INDEX_DATA', folder.path);
  const target = client.repository(`${registry.host}/org/single`);
  const only = await push(target, 'amd64');
  const params = { IMAGE: `${target.name}:1`, IMAGES: [only], ALWAYS_BUILD_INDEX: 'false' };

  await runStepWith(build, params);
  const results = await runStepWith(createAndPushSbom, params, { workspaces: { index: folder.path } });

  expect(results).toEqual({ SBOM_BLOB_URL: '' });
  expect(await target.referrers(await target.resolve(only.slice(only.indexOf('@') + 1)))).toEqual([]);
});

test('what the first step has left and is no digest is refused', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'index-sbom-'));
  await writeFile(join(folder.path, 'index-digest'), 'latest');
  const image = `${registry.host}/org/image:43`;
  const IMAGES = [`${registry.host}/org/image@sha256:${'0'.repeat(64)}`];

  await expect(
    runStepWith(createAndPushSbom, { IMAGE: image, IMAGES }, { workspaces: { index: folder.path } }),
  ).rejects.toThrow('names no index: expected sha256:');
});

function purl({ name }: Repository, digest = '', arch?: string) {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const query = `${arch === undefined ? '' : `arch=${arch}&`}repository_url=${name}`;
  const [, checksumValue] = digest.split(':');
  return {
    checksums: [{ algorithm: 'SHA256', checksumValue }],
    externalRefs: [{ referenceType: 'purl', referenceLocator: `pkg:oci/${last}@${digest}?${query}` }],
  };
}

async function push(target: Repository, architecture: string, created?: string): Promise<string> {
  const layers = [await packLayer([{ path: 'file', content: architecture }])];
  const config = { os: 'linux', architecture, ...(created !== undefined && { created }) };
  const { digest } = await pushImage(target, { config, layers });
  return `${target.name}@${digest}`;
}

async function attached(target: Repository, digest: string) {
  const manifest = await fetchManifest(target, await target.resolve(`${digest.replace(':', '-')}.sbom`));
  const [layer] = isIndex(manifest) ? [] : manifest.layers;
  if (layer === undefined) throw new Error('no SBOM is attached');
  const document: unknown = JSON.parse(Buffer.from(await fetchBytes(target, layer)).toString());
  return { digest: layer.digest, document };
}
