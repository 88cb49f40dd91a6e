import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createRegistryClient,
  type Descriptor,
  digestOf,
  fetchBytes,
  fetchManifest,
  isIndex,
  NotFoundError,
  packLayer,
  pushImage,
  type Repository,
} from '#lib/oci';
import { run } from '#lib/process';
import { startFaultProxy } from '#test/registries/fault-proxy';
import { goTool } from '#test/registries/go-tool';
import { type Registry, startRegistry } from '#test/registries/registry';
import { cosignImage } from './cosign-image.ts';
import { attachSbom, readSbom } from './index.ts';

const spdx = Buffer.from('{"spdxVersion":"SPDX-2.3"}');
const client = createRegistryClient({ credentials: async () => undefined, retry: { delay: 1 } });

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(async () => {
  client.close();
  await registry.stop();
});

// What cosign 3.1.3 wrote of a file of this digest and size (vectors.json, cosignAttachSbom).
test('config and manifest are those that cosign writes', () => {
  const { config, manifest } = cosignImage({
    mediaType: 'text/spdx+json',
    size: 119_102,
    digest: 'sha256:b55c4ac2705bf44e87fb166f40f125325ce1ca942aebc46664d3c0f34bead13c',
  });

  expect(config.descriptor).toEqual({
    mediaType: 'application/vnd.oci.image.config.v1+json',
    size: 233,
    digest: 'sha256:13fea3d41b6bb13b5f720f94d084f5395ab5ba138d91254aec65bbed450af1db',
  });
  expect(Buffer.from(manifest.bytes).toString()).toBe(
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":233,"digest":"sha256:13fea3d41b6bb13b5f720f94d084f5395ab5ba138d91254aec65bbed450af1db"},"layers":[{"mediaType":"text/spdx+json","size":119102,"digest":"sha256:b55c4ac2705bf44e87fb166f40f125325ce1ca942aebc46664d3c0f34bead13c"}]}',
  );
});

test.for([
  ['spdx', 'text/spdx+json', 'application/spdx+json'],
  ['cyclonedx', 'application/vnd.cyclonedx+json', 'application/vnd.cyclonedx+json'],
] as const)(
  'an SBOM in %s is found by its tag and among the referrers',
  async ([type, cosign, artifactType]) => {
    const { target, image } = await pushed(type);

    const blob = await attachSbom(target, image, { type, content: spdx });

    const tagged = await layersOf(target, await target.resolve(`sha256-${image.digest.slice(7)}.sbom`));
    const [referrer] = await target.referrers(image, { artifactType });
    expect(blob).toBe(digestOf(spdx));
    expect(tagged).toMatchObject([{ mediaType: cosign, digest: blob, size: spdx.length }]);
    expect(await layersOf(target, referrer)).toMatchObject([{ mediaType: artifactType, digest: blob }]);
    expect(
      Buffer.from(await fetchBytes(target, { mediaType: cosign, digest: blob, size: spdx.length })),
    ).toEqual(spdx);
  },
);

test.for([
  ['with its tag', true],
  ['without its tag, among the referrers', false],
] as const)('an SBOM is read back %s', async ([, hasTag]) => {
  const { target, image } = await pushed(`read-${hasTag}`);
  expect(await readSbom(target, image)).toBeUndefined();

  await attachSbom(target, image, { type: 'spdx', content: spdx });
  if (!hasTag) {
    const manifest = await target.resolve(`sha256-${image.digest.slice(7)}.sbom`);
    await fetch(`http://${target.name.replace('/', '/v2/')}/manifests/${manifest.digest}`, {
      method: 'DELETE',
    });
  }

  expect(await readSbom(target, image)).toBe(spdx.toString());
});

test('an SBOM in another format is none in SPDX', async () => {
  const { target, image } = await pushed('read-cyclonedx');
  await attachSbom(target, image, { type: 'cyclonedx', content: spdx });

  expect(await readSbom(target, image)).toBeUndefined();
});

test('the same again changes nothing, and another moves the tag', async () => {
  const { target, image } = await pushed('twice');
  const attachOne = async (content: Uint8Array) => {
    await attachSbom(target, image, { type: 'spdx', content });
    const tag = await target.resolve(`sha256-${image.digest.slice(7)}.sbom`);
    return { tag: tag.digest, referrers: (await target.referrers(image)).length };
  };

  const first = await attachOne(spdx);
  const again = await attachOne(spdx);
  const other = await attachOne(Buffer.from('{}'));

  expect(again).toEqual(first);
  expect(other.tag).not.toBe(first.tag);
  expect([first.referrers, other.referrers]).toEqual([1, 2]);
});

test('a registry that dies before the tag leaves none, and another call ends the work', async () => {
  const { target, image } = await pushed('dies');
  const proxy = await startFaultProxy(registry.host);
  const through = client.repository(`${proxy.host}/dies`);
  proxy.fault = ({ method, path }) =>
    method === 'PUT' && path.endsWith('.sbom') ? { kind: 'answer', status: 403 } : undefined;

  await expect(attachSbom(through, image, { type: 'spdx', content: spdx })).rejects.toThrow('.sbom');
  await expect(target.resolve(`sha256-${image.digest.slice(7)}.sbom`)).rejects.toThrow(NotFoundError);
  proxy.fault = () => undefined;

  expect(await attachSbom(through, image, { type: 'spdx', content: spdx })).toBe(digestOf(spdx));
  await proxy.stop();
});

const cosign = await goTool('cosign', { mayBuild: process.env.BUILD_COSIGN === '1' });

describe.skipIf(cosign === undefined)('cosign itself', () => {
  test('writes the same, and downloads ours', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'cosign-sbom-'));
    const file = join(folder.path, 'sbom.json');
    await writeFile(file, spdx);
    const [theirs, ours] = [await pushed('theirs'), await pushed('ours')];
    const tag = `sha256-${ours.image.digest.slice(7)}.sbom`;
    const call = async (...args: string[]) => run(cosign ?? '', args, { cwd: folder.path, timeout: 60_000 });

    const name = ({ target, image }: typeof ours) => `${target.name}@${image.digest}`;

    await call('attach', 'sbom', '--allow-http-registry', '--type', 'spdx', '--sbom', file, name(theirs));
    await attachSbom(ours.target, ours.image, { type: 'spdx', content: spdx });

    expect(await ours.target.resolve(tag)).toEqual(await theirs.target.resolve(tag));
    const { stdout } = await call('download', 'sbom', '--allow-http-registry', name(ours));
    expect(stdout.trim()).toBe(spdx.toString());
  });
});

async function pushed(name: string): Promise<{ readonly target: Repository; readonly image: Descriptor }> {
  const target = client.repository(`${registry.host}/${name}`);
  const layers = [await packLayer([{ path: 'a', content: 'a' }])];
  return {
    target,
    image: await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers }),
  };
}

async function layersOf(target: Repository, descriptor: Descriptor | undefined) {
  if (descriptor === undefined) return [];
  const manifest = await fetchManifest(target, descriptor);
  return isIndex(manifest) ? [] : manifest.layers;
}
