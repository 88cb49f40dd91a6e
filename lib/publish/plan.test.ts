import { beforeAll, expect, test } from 'vitest';
import { createMemoryTarget, packLayer, pushImage, type RegistryClient } from '#lib/oci';
import { attachedTo, testPublication } from '#test/publication';
import { carryOut, type Item, planPublication } from './index.ts';

const platforms = ['linux/amd64', 'linux/s390x'];
const second = '2'.repeat(40);
const publication = testPublication();
const { input } = publication;
let client: RegistryClient;
beforeAll(() => {
  ({ client } = publication);
});

test('without a change a second run has nothing to do, also at a later revision', async () => {
  await carryOut(await planPublication(client, await input()));

  const plan = await planPublication(client, await input({ revision: second }));

  expect(plan.items.map(({ isThere }) => isThere)).toEqual([true, true, true, true]);
  expect(plan.items.flatMap(({ tags }) => tags)).toEqual([]);
});

test('the image of the command is published beside that of the steps, and no task names it', async () => {
  const given = await input();
  const plan = await planPublication(client, { ...given, commandImage: given.stepImage });
  await carryOut(plan);

  const [steps, command] = plan.items;
  expect([steps?.reference, command?.reference]).toEqual([
    expect.stringMatching(/\/tekton-catalog\/steps:0\.1\.0@sha256:/),
    expect.stringMatching(/\/tekton-catalog\/bootc-catalog:0\.1\.0@sha256:/),
  ]);
  expect(await command?.destination.resolve('latest')).toMatchObject({ digest: command?.root.digest });
  expect(JSON.stringify(plan.items.map(({ object }) => object))).not.toContain('/bootc-catalog:');
});

test('a task that changed takes its pipeline along, and no other task', async () => {
  await carryOut(await planPublication(client, await input()));

  const plan = await planPublication(
    client,
    await input({ revision: second, what: 'Builds better.', version: '0.2.2' }),
  );

  const changed = plan.items.filter(({ isThere }) => !isThere).map(({ name }) => name);
  expect(changed).toEqual(['build', 'all']);
});

test('refuses another content under a published version, and says what it means to users', async () => {
  await carryOut(await planPublication(client, await input()));

  const result = planPublication(client, await input({ what: 'Builds better.' }));

  await expect(result).rejects.toThrow(
    'Task build: it has changed and is still version 0.2.1: the patch version must go up',
  );
});

test('a new step image takes everything along', async () => {
  await carryOut(await planPublication(client, await input()));

  const plan = await planPublication(client, await input({ file: 'another' }));

  expect(plan.items.map(({ isThere }) => isThere)).toEqual([false, false, false, false]);
});

test('a step image of one platform is taken as it is, and its label says its version', async () => {
  const target = createMemoryTarget();
  const layers = [await packLayer([{ path: 'usr/step', content: 'a' }])];
  const Labels = { 'org.opencontainers.image.version': '0.4.0' };
  const config = { os: 'linux', architecture: 'amd64', config: { Labels } };
  const root = await pushImage(target, { config, layers, tags: ['latest'] });
  const one = { from: target, reference: 'latest', platforms: ['linux/amd64'] };

  const plan = await planPublication(client, { ...(await input()), stepImage: one });
  await carryOut(plan);

  expect(plan.items[0]).toMatchObject({ version: '0.4.0', root: { digest: root.digest } });
  expect(await attachedTo(plan.items[0] as Item, root)).toEqual([
    'application/spdx+json',
    'application/vnd.in-toto+json',
  ]);
  const more = planPublication(client, { ...(await input()), stepImage: { ...one, platforms } });
  await expect(more).rejects.toThrow('is not there for linux/s390x');
});

test('a step image that does not say its version is refused', async () => {
  const target = createMemoryTarget();
  const layers = [await packLayer([{ path: 'usr/step', content: 'a' }])];
  await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers, tags: ['latest'] });
  const stepImage = { from: target, reference: 'latest', platforms: ['linux/amd64'] };

  const result = planPublication(client, { ...(await input()), stepImage });

  await expect(result).rejects.toThrow('does not say its version');
});

test('a plan writes nothing', async () => {
  const plan = await planPublication(client, await input());

  const there = await Promise.all(plan.items.map(({ destination, root }) => destination.exists(root)));
  expect(there).toEqual([false, false, false, false]);
});

test('refuses a step image without a platform that is wanted', async () => {
  const result = planPublication(client, await input({ has: ['linux/amd64'] }));

  await expect(result).rejects.toThrow(/^the image .* is not there for linux\/s390x/);
});

test('refuses a pipeline whose task is not published', async () => {
  const { catalog, ...rest } = await input();

  const result = planPublication(client, { ...rest, catalog: { ...catalog, tasks: catalog.tasks.slice(1) } });

  await expect(result).rejects.toThrow('a pipeline refers to the task build, which is not published');
});

test.for([
  ['{patch}', 'not a floating tag: "{patch}": there is no {patch}'],
  ['a b', 'not a tag: "a b"'],
])('refuses the floating tag %j', async ([tag, message]) => {
  const result = planPublication(client, await input({ floatingTags: [tag as string] }));

  await expect(result).rejects.toThrow(message);
});
