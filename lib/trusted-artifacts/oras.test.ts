import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, digestOf } from '#lib/oci';
import { run } from '#lib/process';
import { goTool } from '#test/registries/go-tool';
import { type Registry, startRegistry } from '#test/registries/registry';
import { described, makeTree, place } from '#test/trees';
import { createArtifacts, useArtifact } from './index.ts';

const oras = await goTool('oras');
const client = createRegistryClient({ credentials: async () => undefined });
let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(async () => {
  client.close();
  await registry.stop();
});

async function create(path: string, repository = 'a/b', name = 'SOURCE_ARTIFACT'): Promise<string> {
  const store = `${registry.host}/${repository}:1.git`;
  const results = await createArtifacts({ store, artifacts: [{ name, path }], client });
  return results[name] ?? '';
}

/** Pushes a file with oras, as upstream's script does. */
async function push(path: string, repository: string): Promise<string> {
  await run(oras ?? '', [
    'push',
    '--plain-http',
    `${registry.host}/${repository}:1`,
    `${path}:application/vnd.oci.image.layer.v1.tar`,
    '--disable-path-validation',
  ]);
  return `oci:${registry.host}/${repository}@${digestOf(readFileSync(path))}`;
}

test.skipIf(!oras)('oras, gzip and tar unpack what is created here', async () => {
  const directory = place();
  const tree = makeTree(directory);
  const uri = await create(tree, 'ours');
  const archive = join(directory, 'archive');
  const destination = join(directory, 'used');
  mkdirSync(destination);

  await run(oras ?? '', ['blob', 'fetch', '--plain-http', uri.slice('oci:'.length), '--output', archive]);
  await run('tar', ['-C', destination, '-zxpf', archive, '--no-same-owner']);

  expect(await described(destination)).toBe(await described(tree));
});

test.skipIf(!oras)('what tar, gzip and oras create is used here', async () => {
  const directory = place();
  const tree = makeTree(directory);
  const archive = join(directory, 'SOURCE_ARTIFACT');
  await run('tar', [
    '--create',
    '--use-compress-program=gzip -n',
    '--file',
    archive,
    `--directory=${tree}`,
    '.',
  ]);
  const destination = join(directory, 'used');

  await useArtifact({ uri: await push(archive, 'theirs'), destination, client });

  expect(await described(destination)).toBe(await described(tree));
});

test.skipIf(!oras)('the manifest is as oras writes it, but for the time', async () => {
  const directory = place();
  writeFileSync(join(directory, 'file'), 'content');
  const artifacts = ['SOURCE_ARTIFACT', 'CACHI2_ARTIFACT'].map((name) => ({ name, path: directory }));

  const results = await createArtifacts({
    store: `${registry.host}/x/y:rev.git`,
    artifacts,
    expiresAfter: '5d',
    client,
  });

  const { stdout } = await run(oras ?? '', [
    'manifest',
    'fetch',
    '--plain-http',
    `${registry.host}/x/y:rev.git`,
  ]);
  const digest = results.SOURCE_ARTIFACT?.split('@')[1];
  expect(results.CACHI2_ARTIFACT).toBe(results.SOURCE_ARTIFACT);
  const manifest = JSON.parse(stdout);
  expect(manifest).toMatchObject({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/vnd.unknown.artifact.v1',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2, data: 'e30=' },
    annotations: { 'quay.expires-after': '5d' },
  });
  expect(manifest.layers).toEqual(
    artifacts.map(({ name }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest,
      size: expect.any(Number),
      annotations: { 'org.opencontainers.image.title': name },
    })),
  );
});
