import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, type Descriptor, type Repository } from '#lib/oci';
import { generatedRuns, randomFrom } from '#test/generated';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import { promotionOf, repositoryAt } from '#test/release/promotions';
import { pushTagged } from '#test/release/small-images';
import { carryOut, createLimits, planPromotion } from './index.ts';

const runs = generatedRuns('two releases at once', { soak: 200, ci: 50, test: 15 });
const TAGS = ['43', 'a', 'latest', 'stable'];

let registry: Registry;
let proxy: FaultProxy;

beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
});

test.for(runs)(
  'after each of $count times that two releases of one repository meet, with the seed $seed, it is as one of them wants it',
  { timeout: 600_000 },
  async ({ seed, count, record }) => {
    const outcomes = { both: 0, one: 0, none: 0 };
    for (let index = 0; index < count; index++) {
      const done = await meet(`${seed}-${index}`, randomFrom(seed + index));
      outcomes[done === 2 ? 'both' : done === 1 ? 'one' : 'none']++;
    }
    const { both, one, none } = outcomes;
    record({
      cases: count,
      against: 'distribution',
      found: `both ended well ${both} times, one of them ${one} times, none ${none} times; never a mixture`,
    });
  },
);

/** @returns how many of the two said that they are done */
async function meet(name: string, random: () => number): Promise<number> {
  const to = repositoryAt(`${registry.host}/at-once/${name}`);
  const old = await pushTagged(to, 'latest', 'old');
  for (const tag of TAGS) await to.tag(old, tag);
  const sources = ['one', 'two'].map((one) => repositoryAt(`${registry.host}/${one}`));
  const roots = await Promise.all(
    sources.map((source, index) => pushTagged(source, '1', `release ${index}`)),
  );
  const through = { name: `${proxy.host}/at-once/${name}` };
  const limits = createLimits(20);
  const wait = () => sleep(random() * 15);
  const release = async (index: number) => {
    using client = createRegistryClient({ credentials: async () => undefined });
    const promotion = promotionOf(sources[index] as Repository, roots[index] as Descriptor, [through], {
      tags: TAGS,
    });
    await wait();
    const plan = await planPromotion(client, [promotion], { limits });
    // Each takes its own time for each tag.
    const slow = plan.tags.map((tag) => ({
      ...tag,
      to: {
        ...tag.to,
        tag: async (...given: Parameters<Repository['tag']>) => {
          await wait();
          await tag.to.tag(...given);
          await wait();
        },
      },
    }));
    await carryOut({ ...plan, tags: slow }, { limits });
  };

  const ends = await Promise.allSettled([release(0), release(1)]);

  const digests = await Promise.all(TAGS.map(async (tag) => (await to.resolve(tag)).digest));
  const done = ends.filter(({ status }) => status === 'fulfilled').length;
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  expect(new Set(digests).size, failures.join('\n')).toBe(1);
  expect([old, ...roots].map(({ digest }) => digest)).toContain(digests[0]);
  // A release that says that it is done was so at that time; where both say it, one came after the other.
  if (done > 0) expect(digests[0]).not.toBe(old.digest);
  for (const [index, end] of ends.entries()) {
    if (end.status === 'fulfilled' && done === 1) expect(digests[0]).toBe(roots[index]?.digest);
  }
  return done;
}
