import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Registry, startRegistry } from '#test/registries/registry';
import { createRegistryClient, pushImage, type RegistryClient } from '../../index.ts';

let registry: Registry;
let client: RegistryClient;
beforeAll(async () => {
  registry = await startRegistry();
  client = createRegistryClient({ retry: { attempts: 1 } });
  const config = { os: 'linux', architecture: 'amd64' };
  const tags = ['0.1', '0.1.0', 'latest', ...Array.from({ length: 12 }, (_, index) => `1.${index}`)];
  await pushImage(client.repository(`${registry.host}/a`), { config, layers: [], tags });
});
afterAll(async () => {
  client.close();
  await registry.stop();
});

const failure = (name: string, reference: string) =>
  client
    .repository(`${registry.host}/${name}`)
    .resolve(reference)
    .catch((error: unknown) => error);

test('a tag that is not there is told with those that are, the nearest first', async () => {
  const error = await failure('a', '0.2');

  expect(error).toMatchObject({
    name: 'NotFoundError',
    message: expect.stringContaining('there is no '),
    hint: expect.stringMatching(/^there are: (?:0\.1, 0\.1\.0|0\.1\.0, 0\.1), .* and 5 more$/),
  });
});

test('without a repository that is told, and by digest there is nothing to list', async () => {
  expect(await failure('none', '1')).toMatchObject({
    name: 'NotFoundError',
    hint: 'there is no such repository, or it is not for who asks',
  });
  expect(await failure('a', `sha256:${'0'.repeat(64)}`)).toMatchObject({
    name: 'NotFoundError',
    hint: undefined,
  });
  expect(await client.repository(`${registry.host}/a`).resolve('0.1')).toHaveProperty('digest');
});
