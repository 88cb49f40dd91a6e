import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { explain } from '#lib/errors';
import { findTag, NotFoundError, type RegistryClient } from '#lib/oci';
import { tagsOf, testPublication } from '#test/publication';
import { startRegistry } from '#test/registries/registry';
import { carryOut, type Item, planPublication } from './index.ts';

const publication = testPublication();
const { input } = publication;
let client: RegistryClient;
beforeAll(() => {
  ({ client } = publication);
});

test('a registry that dies midway leaves no tag behind, and the next run goes on', async () => {
  const other = await mkdtemp(join(tmpdir(), 'publish-'));
  onTestFinished(() => rm(other, { recursive: true }));
  const mortal = await startRegistry({ storage: other });
  onTestFinished(() => mortal.stop());
  const plan = await planPublication(client, await input({ prefix: `${mortal.host}/mortal` }));
  let pushed = 0;
  let stopped: Promise<void> | undefined;

  const result = carryOut(plan, {
    concurrency: 1,
    onEvent: ({ type }) => {
      if (type === 'pushed' && ++pushed === 2) stopped = mortal.stop('SIGKILL');
    },
  });

  await expect(result).rejects.toThrow('publishing ended midway, and no tag has moved');
  await stopped;
  const port = Number(mortal.host.split(':')[1]);
  await using again = await startRegistry({ storage: other, port });
  await expect(plan.items[1]?.destination.resolve('0.2.1')).rejects.toThrow(NotFoundError);
  const next = await planPublication(client, await input({ prefix: `${again.host}/mortal` }));
  expect(next.items.map(({ isThere }) => isThere)).toEqual([true, true, false, false]);
  await carryOut(next);
  expect(await tagsOf(next, 'all')).toContain('0.3.0');
});

test('an end among the tags names those that have moved', async () => {
  const planned = await planPublication(client, await input());
  const refusing = (item: Item): Item => ({
    ...item,
    destination: {
      ...item.destination,
      tag: async (root, tag, options) => {
        if (tag === 'latest') throw new Error('no such tag here');
        await item.destination.tag(root, tag, options);
      },
    },
  });
  const items = planned.items.map((item) => (item.name === 'build' ? refusing(item) : item));

  const message = await carryOut({ ...planned, items }).catch(explain);

  const kept = await Promise.all(
    items.flatMap(({ destination, tags }) =>
      tags.map(async ({ tag }) => ((await findTag(destination, tag)) ? [`${destination.name}:${tag}`] : [])),
    ),
  );
  const [, said = ''] = /these tags have moved: (.+): no such tag here\n/.exec(message ?? '') ?? [];
  expect(said.split(', ').toSorted()).toEqual(kept.flat().toSorted());
  expect(said).not.toContain('/task-build:latest');
});

test('who publishes at the same time is not undone', async () => {
  const plan = await planPublication(client, await input());
  await carryOut(await planPublication(client, await input({ what: 'Somebody else builds.' })));

  const message = await carryOut(plan).catch(explain);

  expect(message).toMatch(/^publishing ended midway, and no tag has moved/);
  expect(message).toMatch(/task-build:0\.2\.1\S* was not there when this began, and is sha256:/);
});
