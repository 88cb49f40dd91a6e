import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExpectedError } from '#lib/errors';
import { generatedRuns, randomFrom } from '#test/generated';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { randomFault } from '#test/registries/random-fault';
import { type Registry, startRegistry } from '#test/registries/registry';
import { copy } from '../copy/copy.ts';
import { collect } from '../model/content.ts';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { NotFoundError } from '../model/errors.ts';
import { createMemoryTarget, type MemoryTarget } from '../stores/memory.ts';
import { packLayer } from '../write/pack.ts';
import { pushImage, pushIndex } from '../write/push-image.ts';
import { createRegistryClient } from './registry-client.ts';

const runs = generatedRuns('schedules of faults', { soak: 100, ci: 100, test: 10 });
const LANES = 8;
/** Percent of exchanges that go wrong: some schedules succeed, some cannot. */
const ODDS = [2, 10, 30, 60];

let registry: Registry;
let before: MemoryTarget;
let after: MemoryTarget;

beforeAll(async () => {
  registry = await startRegistry();
  before = await example('before');
  after = await example('after');
});

afterAll(() => registry.stop());

test.for(runs)(
  'each of $count random schedules of faults of the seed $seed ends with the exact bytes or a clear error, and no tag moved',
  { timeout: 300_000 },
  async ({ seed, count, isFixed, record }) => {
    const outcomes = { done: 0, failed: 0 };
    let next = 0;
    // Several lanes run at once, because a schedule mostly waits: for back-off, for servers that say nothing.
    const lane = async () => {
      const proxy = await startFaultProxy(registry.host);
      for (let index = next++; index < count; index = next++) {
        const isDone = await survive(index, `${seed} ${index}`, proxy).catch((error: unknown) => {
          throw new Error(`schedule ${index} of seed ${seed}`, { cause: error });
        });
        outcomes[isDone ? 'done' : 'failed']++;
      }
      await proxy.stop();
    };
    await Promise.all(Array.from({ length: LANES }, lane));

    // Both outcomes must occur, or the test shows nothing about one of them; a few random schedules may all end alike.
    if (isFixed || count >= 100) expect(Math.min(outcomes.done, outcomes.failed)).toBeGreaterThan(count / 20);
    const found = `${outcomes.done} done and ${outcomes.failed} refused, none of them in part`;
    record({ cases: count, against: 'distribution, with faults between', found });
  },
);

/** Moves a tag by a push, then pulls, both with faults. */
async function survive(index: number, seed: string, proxy: FaultProxy): Promise<boolean> {
  const random = createRandom(seed);
  const name = `chaos/${seed.replace(' ', '-')}`;
  proxy.fault = () => undefined;
  // This client goes around the proxy, to see what is really there.
  using direct = createRegistryClient({ credentials: async () => undefined });
  const truth = direct.repository(`${registry.host}/${name}`);
  const old = await copy(before, truth, { reference: 'image', tags: ['latest'] });
  using client = createRegistryClient({
    credentials: async () => undefined,
    retry: { attempts: 4, delay: 1, maxDelay: 20 },
    idleTimeout: 500,
    ...(random() < 0.3 ? { chunkSize: 20_000 } : {}),
  });
  const repository = client.repository(`${proxy.host}/${name}`);
  const odds = ODDS[index % ODDS.length] as number;
  proxy.fault = () => (random() * 100 < odds ? randomFault(random) : undefined);

  const pushed = await settle(copy(after, repository, { reference: 'image', tags: ['latest', 'new'] }));
  const wanted = await after.resolve('image');
  const latest = await truth.resolve('latest');
  if (pushed === 'failed') {
    // The last tag may have been written by the very request whose answer got lost.
    const isWhole = latest.digest === wanted.digest;
    expect([old.root.digest, wanted.digest]).toContain(latest.digest);
    if (isWhole) await expectWhole(truth.name, wanted);
    if (!isWhole) await expect(truth.resolve('new')).rejects.toThrow(NotFoundError);
  } else {
    expect(latest.digest).toBe(wanted.digest);
    await expectWhole(truth.name, wanted);
  }

  const local = createMemoryTarget();
  const pulled = await settle(copy(repository, local, { reference: 'latest', tags: ['here'] }));
  const here = local.tags.get('here');
  if (pulled === 'failed') expect(here).toBeUndefined();
  else {
    // After a push that failed, a request that nobody waited for any more may still have had its effect.
    const possible = pushed === 'done' ? [wanted.digest] : [old.root.digest, wanted.digest];
    expect(possible).toContain(here?.digest);
    await expectSame(local, here as Descriptor);
  }
  return pushed === 'done' && pulled === 'done';
}

/** A failure must be one that a user can act on, and say what was being done. */
async function settle(work: Promise<unknown>): Promise<'done' | 'failed'> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    expect(error.message).toMatch(
      /^(?:cannot (?:push|fetch|resolve|tag|look for|go on)|.* (?:has|is|answered) )/,
    );
    expect(error.message).toContain('127.0.0.1');
    return 'failed';
  }
}

async function expectWhole(name: string, root: Descriptor): Promise<void> {
  using direct = createRegistryClient({ credentials: async () => undefined });
  const everything = createMemoryTarget();
  await copy(direct.repository(name), everything, { reference: root.digest });
  await expectSame(everything, root);
}

/**
 * Memory refuses content that does not match its digest and a manifest without its parts, so the root alone is
 * compared.
 */
async function expectSame(target: MemoryTarget, root: Descriptor): Promise<void> {
  expect(describe(root.mediaType, await collect(target.fetch(root))).digest).toBe(root.digest);
}

/** Gives the same numbers for the same text, so that a failing schedule can be run again. */
function createRandom(seed: string): () => number {
  return randomFrom(createHash('sha256').update(seed).digest().readUInt32LE());
}

/** An index of two images of two layers, one of them in common. */
async function example(content: string): Promise<MemoryTarget> {
  const target = createMemoryTarget(`memory 127.0.0.1 ${content}`);
  const random = createRandom(content);
  const noise = (size: number) => Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)));
  const shared = await packLayer([{ path: 'shared', content: noise(50_000) }]);
  const manifests: Descriptor[] = [];
  for (const architecture of ['amd64', 'arm64']) {
    const own = await packLayer([{ path: architecture, content: `${content} ${architecture}` }]);
    manifests.push(await pushImage(target, { config: { os: 'linux', architecture }, layers: [shared, own] }));
  }
  await pushIndex(target, { manifests, tags: ['image'] });
  return target;
}
