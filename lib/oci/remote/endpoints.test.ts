import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, describe as group, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type RunningRegistry, registryKinds } from '#test/registries/registries';
import { copy } from '../copy/copy.ts';
import { collect } from '../model/content.ts';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { NotFoundError } from '../model/errors.ts';
import { createMemoryTarget } from '../stores/memory.ts';
import { packLayer } from '../write/pack.ts';
import { pushArtifact } from '../write/push-artifact.ts';
import { pushImage } from '../write/push-image.ts';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';
import type { Repository } from './repository.ts';

// Each test calls an endpoint of distribution-spec v1.1.1, "Endpoints", by its number there; the README's table lists
// them.
group.for(await registryKinds())('$name registry', (kind) => {
  const blob = randomBytes(300_000);
  const descriptor = describe('application/octet-stream', blob);
  let registry: RunningRegistry;
  let proxy: FaultProxy;
  let client: RegistryClient;
  let repository: Repository;

  beforeAll(async () => {
    registry = await kind.start();
    // Nothing goes wrong here: the proxy only tells what was asked.
    proxy = await startFaultProxy(registry.host);
    client = createRegistryClient({ credentials: async () => undefined });
    repository = client.repository(`${proxy.host}/endpoints`);
  });

  afterAll(async () => {
    client.close();
    await proxy.stop();
    await registry.stop();
  });

  test('end-4a and 6: a blob is uploaded by POST and PUT', async () => {
    await repository.push(descriptor, blob);

    expect(requests()).toEqual([
      'POST /v2/endpoints/blobs/uploads/',
      expect.stringMatching(/^PUT \/v2\/endpoints\/blobs\/uploads\/.*digest=sha256/),
    ]);
  });

  test('end-2: a blob is looked for by HEAD and fetched by GET', async () => {
    expect(await repository.exists(descriptor)).toBe(true);
    expect(await repository.exists(describe('x/y', Buffer.from('missing')))).toBe(false);
    expect(digestOf(await collect(repository.fetch(descriptor)))).toBe(descriptor.digest);

    expect(requests().at(-1)).toBe(`GET /v2/endpoints/blobs/${descriptor.digest}`);
  });

  test('end-2: a blob that is not there is a NotFoundError that names it', async () => {
    const missing = describe('x/y', Buffer.from('missing'));

    const failure = collect(repository.fetch(missing));

    await expect(failure).rejects.toThrow(NotFoundError);
    await expect(failure).rejects.toThrow(`cannot fetch the blob ${repository.name}@${missing.digest}`);
  });

  test('end-5: a blob is uploaded in chunks by PATCH', async () => {
    const chunked = createRegistryClient({ chunkSize: 100_000 }).repository(`${proxy.host}/chunked`);

    await chunked.push(descriptor, () => pieces(blob));

    const patches = proxy.seen.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ headers }) => headers['content-range'])).toEqual([
      '0-99999',
      '100000-199999',
      '200000-299999',
    ]);
    expect(digestOf(await collect(chunked.fetch(descriptor)))).toBe(descriptor.digest);
  });

  test('end-11: a blob is mounted from another repository', async () => {
    const how = await client.repository(`${proxy.host}/mounted`).push(descriptor, blob, { from: repository });

    expect(requests()).toContain(
      `POST /v2/mounted/blobs/uploads/?mount=${encodeURIComponent(descriptor.digest)}&from=endpoints`,
    );
    // A registry that does not mount takes an upload instead.
    expect(how).toBe(kind.mounts ? 'mounted' : 'pushed');
    expect(await client.repository(`${proxy.host}/mounted`).exists(descriptor)).toBe(true);
  });

  test('end-7 and 3: a manifest is put by digest and by tag, and resolved by both', async () => {
    const pushed = await example('1');

    const byTag = await repository.resolve('1');

    expect(byTag).toEqual({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: pushed.digest,
      size: pushed.size,
    });
    expect(await repository.resolve(pushed.digest)).toEqual(byTag);
    expect((await collect(repository.fetch(byTag))).length).toBe(byTag.size);
    await expect(repository.resolve('missing')).rejects.toThrow(NotFoundError);
  });

  test('end-8: tags are listed, over pages', async () => {
    for (const tag of ['a', 'b', 'c']) await example(tag);

    const tags: string[] = [];
    for await (const tag of repository.tags()) tags.push(tag);

    expect(tags).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    const missing = client.repository(`${proxy.host}/none`).tags();
    await expect(missing[Symbol.asyncIterator]().next()).rejects.toThrow(NotFoundError);
  });

  test('end-12: referrers are found by the tag of a registry that does not list them', async () => {
    const subject = await example('subject');
    const sbom = await attach(subject, 'application/spdx+json');
    const other = await attach(subject, 'application/vnd.in-toto+json');

    const all = await repository.referrers(subject);
    const spdx = await repository.referrers(subject, { artifactType: 'application/spdx+json' });

    expect(all.map(({ digest }) => digest).sort()).toEqual([sbom.digest, other.digest].sort());
    expect(spdx).toMatchObject([{ digest: sbom.digest, annotations: { about: 'application/spdx+json' } }]);
    expect(await repository.referrers(sbom)).toEqual([]);
  });

  test('end-12: referrers that are pushed at the same time are all there', async () => {
    const subject = await example('busy');

    const pushed = await Promise.all(['a/1', 'a/2', 'a/3', 'a/4'].map((type) => attach(subject, type)));

    const found = await repository.referrers(subject);
    expect(found.map(({ digest }) => digest).sort()).toEqual(pushed.map(({ digest }) => digest).sort());
  });

  test('a copy with referrers takes signatures of signatures along', async () => {
    const subject = await example('signed');
    const sbom = await attach(subject, 'application/spdx+json');
    const signature = await attach(sbom, 'application/vnd.example.signature');
    const to = createMemoryTarget();

    await copy(repository, to, { reference: 'signed' });
    const second = await copy(repository, to, { reference: 'signed', referrers: true });

    expect(second.skipped).toContainEqual(expect.objectContaining({ digest: subject.digest }));
    expect(await to.referrers(subject)).toMatchObject([{ digest: sbom.digest }]);
    expect(await to.referrers(sbom)).toMatchObject([{ digest: signature.digest }]);
    const back = client.repository(`${proxy.host}/back`);
    await copy(to, back, { reference: subject.digest, referrers: true });
    expect(await back.referrers(sbom)).toMatchObject([{ digest: signature.digest }]);
  });

  test('end-9 and 10: manifests and blobs are deleted, with what the tag of their subject says', async () => {
    const subject = await example('doomed');
    const sbom = await attach(subject, 'application/spdx+json');

    await repository.delete(sbom);
    await repository.delete(subject);
    await repository.delete(descriptor);

    expect(await repository.referrers(subject)).toEqual([]);
    await expect(repository.resolve(subject.digest)).rejects.toThrow(NotFoundError);
    expect(await repository.exists(descriptor)).toBe(false);
  });

  const requests = () => proxy.seen.map(({ method, path }) => `${method} ${path}`);

  async function example(tag: string): Promise<Descriptor> {
    const layer = await packLayer([{ path: 'file', content: tag }]);
    const config = { os: 'linux', architecture: 'amd64' };
    return pushImage(repository, { config, layers: [layer], tags: [tag] });
  }

  const attach = (subject: Descriptor, artifactType: string) =>
    pushArtifact(repository, {
      artifactType,
      subject,
      parts: [{ mediaType: artifactType, content: Buffer.from('{}') }],
      annotations: { about: artifactType },
    });
});

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
