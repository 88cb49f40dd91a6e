import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLayout, createRegistryClient } from '#lib/oci';
import { run } from '#lib/process';
import { goTool } from '#test/registries/go-tool';
import { type RunningRegistry, registryKinds } from '#test/registries/registries';
import { diffBundles, packBundle, readBundle } from './index.ts';

const crane = (await goTool('crane')) ?? '';
const oras = (await goTool('oras')) ?? '';
const kinds = await registryKinds();
const client = createRegistryClient({ credentials: async () => undefined });
const objects = ['a', 'b'].map((name) => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'Task',
  metadata: { name },
  spec: { steps: [{ name: 's', image: 'x', script: `#!/bin/sh\necho "${name}" <&2 >&1\n` }] },
}));

let folder: string;
const registries = new Map<string, RunningRegistry>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-interop-'));
  for (const kind of kinds) registries.set(kind.name, await kind.start());
});

afterAll(async () => {
  client.close();
  for (const registry of registries.values()) await registry.stop();
  await rm(folder, { recursive: true });
});

const cases = kinds.flatMap(({ name }) =>
  (['oci', 'tkn'] as const).map((format) => ({ kind: name, format })),
);

test.for(cases)('$kind takes a bundle in the form $format, and gives it back', async ({ kind, format }) => {
  const { image, digest } = await pushed(kind, format);

  const bundle = await readBundle(client.repository(image), '1');

  expect(bundle).toMatchObject({ format: format === 'oci' ? 'oci' : 'docker', problems: [] });
  expect(bundle.root.digest).toBe(digest);
  expect(bundle.entries.map(({ object }) => object)).toEqual(expect.arrayContaining(objects));
});

test.for(cases)('skopeo copies it from $kind without a change: $format', async ({ kind, format }) => {
  const { image, digest } = await pushed(kind, format);
  const copied = `${folder}/${kind.replaceAll(/\W/g, '-')}-${format}`;

  // An image layout has OCI's media types only; a folder keeps the docker ones.
  const to = format === 'oci' ? `oci:${copied}:1` : `dir:${copied}`;
  await run('skopeo', ['copy', '--preserve-digests', '--src-tls-verify=false', `docker://${image}:1`, to]);
  const inspected = await run('skopeo', ['inspect', '--tls-verify=false', `docker://${image}:1`]);

  expect(JSON.parse(inspected.stdout)).toMatchObject({ Digest: digest, Created: '1970-01-01T00:00:00Z' });
  if (format === 'tkn') return;
  const layout = createLayout(copied);
  const before = await readBundle(client.repository(image), '1');
  expect(diffBundles(before, await readBundle(layout, '1'))).toEqual([]);
});

test.skipIf(crane === '').for(cases)('crane finds it valid on $kind: $format', async ({ kind, format }) => {
  const { image, digest } = await pushed(kind, format);

  const validated = await run(crane, ['validate', '--remote', `${image}:1`]);
  const found = await run(crane, ['digest', `${image}:1`]);

  expect(validated.stdout).toMatch(/PASS/);
  expect(found.stdout.trim()).toBe(digest);
});

test.skipIf(oras === '').for(cases)('oras pulls its layers from $kind: $format', async ({ kind, format }) => {
  const { image } = await pushed(kind, format);
  const { stdout } = await run(oras, ['manifest', 'fetch', '--plain-http', `${image}:1`]);
  const { layers } = JSON.parse(stdout) as {
    layers: { digest: string; annotations: Record<string, string> }[];
  };
  const layer = layers.find(({ annotations }) => annotations['dev.tekton.image.name'] === 'a');
  const blob = join(folder, 'blob');

  await run(oras, ['blob', 'fetch', '--plain-http', `--output=${blob}`, `${image}@${layer?.digest}`]);

  const tar = gunzipSync(await readFile(blob));
  expect(tar.subarray(0, 2).toString('latin1')).toBe('a\0');
  expect(tar.toString()).toContain('echo \\"a\\" \\u003c\\u00262 \\u003e\\u00261');
});

async function pushed(kind: string, format: 'oci' | 'tkn'): Promise<{ image: string; digest: string }> {
  const image = `${registries.get(kind)?.host}/tekton-catalog/${format}`;
  const repository = client.repository(image);
  const root = await packBundle(repository, objects, { format });
  await repository.tag(root, '1');
  return { image, digest: root.digest };
}
