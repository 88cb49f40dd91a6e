import { mkdtempDisposable, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createRegistryClient, NotFoundError, packLayer, parseReference, pushImage } from '#lib/oci';
import { runStepWith } from '#test/context';
import { createCertificate } from '#test/registries/certificate';
import { startFarRegistry } from '#test/registries/far-registry';
import { startRegistry } from '#test/registries/registry';
import applyTags from './apply-additional-tags.ts';

let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());
afterEach(() => vi.unstubAllEnvs());

test('sets the tags asked for and those of the label, each once', async () => {
  const { image, digest, target } = await pushLabelled('both', 'c, b d');

  await runStepWith(applyTags, { IMAGE_URL: image, IMAGE_DIGEST: digest, ADDITIONAL_TAGS: ['a', 'b'] });

  const digests = await Promise.all(['a', 'b', 'c', 'd'].map((tag) => target.resolve(tag)));
  expect(digests.map((descriptor) => descriptor.digest)).toEqual([digest, digest, digest, digest]);
});

test('one bad tag, and none is set', async () => {
  const { image, digest, target } = await pushLabelled('bad', 'fine -bad');

  const failure = runStepWith(applyTags, { IMAGE_URL: image, IMAGE_DIGEST: digest, ADDITIONAL_TAGS: ['a'] });

  await expect(failure).rejects.toThrow('"-bad"');
  await expect(target.resolve('a')).rejects.toThrow(NotFoundError);
});

test.for([
  ['info', ['tagged', 'no additional tags']],
  ['error', []],
] as const)('at level %s it logs %j', async ([LOG_LEVEL, expected]) => {
  const { image, digest } = await pushLabelled('levels', '');
  const params = { IMAGE_URL: image, IMAGE_DIGEST: digest, LOG_LEVEL };
  const lines: string[] = [];

  await runStepWith(applyTags, { ...params, ADDITIONAL_TAGS: ['a'] }, { lines });
  await runStepWith(applyTags, params, { lines });

  expect(lines.map((line) => line.replace(/^(tagged) .*$/, '$1'))).toEqual(expected);
});

test('trusts the authority of the ConfigMap, and without it does not', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'apply-tags-'));
  const tls = await createCertificate(folder.path, 'ca-bundle', ['registry.example']);
  await using secure = await startRegistry({ tls });
  await using far = await startFarRegistry(secure.host);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, far.proxy);
  vi.stubEnv('NO_PROXY', '');
  const { image, digest, target } = await pushLabelled('trusted', '', 'registry.example', [tls.pem]);
  const params = { IMAGE_URL: image, IMAGE_DIGEST: digest, ADDITIONAL_TAGS: ['a'] };

  await expect(runStepWith(applyTags, params)).rejects.toThrow('its certificate is not trusted');
  await expect(target.resolve('a')).rejects.toThrow(NotFoundError);

  await rename(tls.certificate, join(folder.path, 'ca-bundle.crt'));
  vi.stubEnv('TRUSTED_CA', folder.path);
  await runStepWith(applyTags, params);

  expect((await target.resolve('a')).digest).toBe(digest);
});

async function pushLabelled(name: string, label: string, host = registry.host, ca: readonly string[] = []) {
  const image = `${host}/tags/${name}:1`;
  const target = createRegistryClient({ ca }).repository(parseReference(image));
  const config = {
    os: 'linux',
    architecture: 'amd64',
    config: { Labels: { 'konflux.additional-tags': label } },
  };
  const layers = [await packLayer([{ path: 'file', content: name }])];
  const { digest } = await pushImage(target, { config, layers, tags: ['1'] });
  return { image, digest, target };
}
