import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRegistryClient, type Descriptor, type Repository } from '#lib/oci';
import { type Registry, startRegistry } from '#test/registries/registry';
import { promote, promotionOf, repositoryAt } from '#test/release/promotions';
import { pushSmallImage, pushTagged } from '#test/release/small-images';
import { carryOut, createLimits, type DoneMove, planTable, planUndo } from './index.ts';

let registry: Registry;
let count = 0;
const limits = createLimits(20);
const client = createRegistryClient({ credentials: async () => undefined });

beforeAll(async () => {
  registry = await startRegistry();
});
beforeEach(() => {
  count++;
});
afterAll(() => registry.stop());

test('tags go back to what they named before, and new ones stay', async () => {
  const { to, old, root, moves } = await released('back');

  const plan = await planUndo(client, moves, { limits });
  await carryOut(plan, { limits });
  const again = await planUndo(client, moves, { limits });

  expect(plan.stay.map(({ url }) => url)).toEqual([`${to.name}:new`]);
  expect(planTable(plan)).toContain('move');
  expect((await to.resolve('latest')).digest).toBe(old.digest);
  expect((await to.resolve('new')).digest).toBe(root.digest);
  expect(again.tags.map(({ what }) => what)).toEqual(['there']);
});

test('what somebody has moved since is not undone', async () => {
  const { to, moves } = await released('since');
  const theirs = await pushTagged(to, 'latest', 'theirs');

  await expect(planUndo(client, moves, { limits })).rejects.toThrow(
    `${to.name}:latest cannot go back: the release made it`,
  );
  expect((await to.resolve('latest')).digest).toBe(theirs.digest);
});

test('what was there before and is gone is named', async () => {
  const { to, old, moves } = await released('gone');
  await to.delete(old);

  await expect(planUndo(client, moves, { limits })).rejects.toThrow(
    `${to.name}:latest cannot go back: ${to.name} has ${old.digest} no more`,
  );
});

test('a platform that would be lost on the way back is refused, unless it may', async () => {
  const { to, old, moves } = await released('platforms', ['amd64', 's390x']);

  await expect(planUndo(client, moves, { limits })).rejects.toThrow('has linux/s390x now');
  await carryOut(await planUndo(client, moves, { limits, mayLosePlatforms: true }), { limits });
  expect((await to.resolve('latest')).digest).toBe(old.digest);
});

async function released(
  name: string,
  architectures = ['amd64'],
): Promise<{ to: Repository; old: Descriptor; root: Descriptor; moves: readonly DoneMove[] }> {
  const to = repositoryAt(`${registry.host}/${name}/${count}`);
  const source = repositoryAt(`${registry.host}/${name}/source`);
  const old = await pushTagged(to, 'latest', 'old');
  const { root } = await pushSmallImage(source, { content: name, architectures, size: 100 });
  await promote(client, [promotionOf(source, root, [to], { tags: ['new', 'latest'] })]);
  const moves = [
    { url: `${to.name}:new`, to: root.digest },
    { url: `${to.name}:latest`, to: root.digest, from: old.digest },
  ];
  return { to, old, root, moves };
}
