import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { fetchManifest, type RegistryClient, readImages } from '#lib/oci';
import { attachedTo, find, published, tagsOf, testPublication } from '#test/publication';
import { carryOut, planPublication } from './index.ts';

const first = '1'.repeat(40);
const publication = testPublication();
const { input } = publication;
let client: RegistryClient;
beforeAll(() => {
  ({ client } = publication);
});

test('pushes step image, tasks and pipelines, each naming the one before by digest', async () => {
  const plan = await planPublication(client, await input());

  await carryOut(plan);

  const [image, build, check] = plan.items.map(({ reference }) => reference);
  expect(plan.items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'step-image steps',
    'task build',
    'task check',
    'pipeline all',
  ]);
  expect(image).toMatch(/\/tekton-catalog\/steps:0\.1\.0@sha256:/);
  expect(build).toMatch(/\/tekton-catalog\/task-build:0\.2\.1@sha256:/);
  expect(await published(plan, 'build')).toContain(image);
  expect(await published(plan, 'all')).toContain(build);
  expect(await published(plan, 'all')).toContain(check);
});

test('a version has its own tag, one with the revision, and the floating ones', async () => {
  const plan = await planPublication(
    client,
    await input({ floatingTags: ['{major}.{minor}', 'latest', '{version}'] }),
  );

  await carryOut(plan);

  expect((await tagsOf(plan, 'build')).sort()).toEqual(['0.2', '0.2.1', `0.2.1-${first}`, 'latest']);
});

// pipeline-migration-tool finds them by this tag, and pulls one file from under it.
test('a migration is published once, beside the bundles of its task', async () => {
  const plan = await planPublication(client, await input({ migration: 'yq …' }));
  await carryOut(plan);

  const tags: string[] = [];
  for await (const tag of find(plan, 'build').destination.tags()) tags.push(tag);

  const tag = tags.find((name) => name.startsWith('migration-'));
  expect(tag).toMatch(/^migration-0\.2\.1-[0-9a-f]{64}-0$/);
  const destination = find(plan, 'build').destination;
  const manifest = await fetchManifest(destination, await destination.resolve(tag ?? ''));
  expect(manifest).toMatchObject({
    layers: [{ annotations: { 'org.opencontainers.image.title': '0.2.1.sh' } }],
  });
  const again = await planPublication(client, await input({ migration: 'yq …' }));
  expect(again.items.map(({ kind }) => kind)).not.toContain('migration');
  const changed = planPublication(client, await input({ migration: 'yq something else' }));
  await expect(changed).rejects.toThrow('the migration of build to 0.2.1 is not the one that');
});

test('what is published has its SBOM and its provenance, and each image of the step image too', async () => {
  const plan = await planPublication(client, await input());

  await carryOut(plan);

  const [image, build] = plan.items;
  if (image === undefined || build === undefined) throw new Error('there are no items');
  expect(await attachedTo(build, build.root)).toEqual([
    'application/spdx+json',
    'application/vnd.in-toto+json',
  ]);
  expect(await attachedTo(image, image.root)).toEqual([
    'application/spdx+json',
    'application/vnd.in-toto+json',
  ]);
  const { images } = await readImages(image.destination, image.root.digest);
  for (const { descriptor } of images) {
    expect(await attachedTo(image, descriptor)).toEqual(['application/spdx+json']);
  }
});

test('of the address of the source and of who publishes no userinfo is published', async () => {
  const secret = 'https://user:SECRET@example.com';
  const given = await input();

  const plan = await planPublication(client, {
    ...given,
    source: { ...given.source, url: `${secret}/catalog` },
    builder: `${secret}/builder`,
  });
  await carryOut(plan);

  expect(plan.source.url).toBe('https://example.com/catalog');
  expect(plan.builder).toBe('https://example.com/builder');
  const files = await readdir(publication.storage, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  );
  expect(texts.some((text) => text.includes('https://example.com/builder'))).toBe(true);
  expect(texts.filter((text) => text.includes('SECRET'))).toEqual([]);
});
