import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExpectedError } from '#lib/errors';
import { type Fault, type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import { copy } from '../copy/copy.ts';
import { collect } from '../model/content.ts';
import { type Descriptor, describe } from '../model/descriptor.ts';
import { NotFoundError } from '../model/errors.ts';
import { createMemoryTarget, type MemoryTarget } from '../stores/memory.ts';
import { packLayer } from '../write/pack.ts';
import { pushImage, pushIndex } from '../write/push-image.ts';
import { createRegistryClient } from './registry-client.ts';

const SCHEDULES = 200;
const LANES = 8;
/** Of a hundred exchanges so many go wrong: some schedules succeed, some cannot. */
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

test(`each of ${SCHEDULES} random schedules of faults ends with the exact bytes or a clear error, and no tag moved`, async () => {
  const outcomes = { done: 0, failed: 0 };
  let next = 0;
  // Most of the time is waiting: for back-off, for servers that say nothing.
  const lane = async () => {
    const proxy = await startFaultProxy(registry.host);
    for (let seed = next++; seed < SCHEDULES; seed = next++) {
      const isDone = await survive(seed, proxy).catch((error: unknown) => {
        throw new Error(`schedule ${seed}`, { cause: error });
      });
      outcomes[isDone ? 'done' : 'failed']++;
    }
    await proxy.stop();
  };
  await Promise.all(Array.from({ length: LANES }, lane));

  // Or the test would show nothing about one of them.
  expect(Math.min(outcomes.done, outcomes.failed)).toBeGreaterThan(SCHEDULES / 20);
}, 300_000);

/** Moves a tag by a push, then pulls, both with faults. */
async function survive(seed: number, proxy: FaultProxy): Promise<boolean> {
  const random = createRandom(seed);
  const name = `chaos/${seed}`;
  proxy.fault = () => undefined;
  // Around the proxy, to see what is really there.
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
  const odds = ODDS[seed % ODDS.length] as number;
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

/** Memory refuses what is not its digest, and a manifest without its parts: it is enough that the root is there. */
async function expectSame(target: MemoryTarget, root: Descriptor): Promise<void> {
  expect(describe(root.mediaType, await collect(target.fetch(root))).digest).toBe(root.digest);
}

function randomFault(random: () => number): Fault {
  const upTo = (limit: number) => Math.floor(random() * limit);
  const faults: readonly (() => Fault)[] = [
    () => ({ kind: 'answer', status: [500, 502, 503, 504, 408, 429][upTo(6)] as number }),
    () => ({ kind: 'answer', status: 429, headers: { 'retry-after': '0' } }),
    () => ({ kind: 'reset-request', after: upTo(60_000) }),
    () => ({ kind: 'reset-response', after: upTo(60_000) }),
    () => ({ kind: 'truncate', after: upTo(60_000) }),
    () => ({ kind: 'lose-answer' }),
    () => ({ kind: 'corrupt', at: upTo(1_000) }),
    () => (upTo(10) === 0 ? { kind: 'silence' } : { kind: 'reset-response', after: 0 }),
    () => (upTo(10) === 0 ? { kind: 'drip', every: 2 } : { kind: 'answer', status: 503 }),
  ];
  return (faults[upTo(faults.length)] as () => Fault)();
}

/** The same numbers for the same seed: a failing schedule can be run again. */
function createRandom(seed: number): () => number {
  let state = createHash('sha256').update(String(seed)).digest().readUInt32LE();
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An index of two images of two layers, one of them in common. */
async function example(content: string): Promise<MemoryTarget> {
  const target = createMemoryTarget(`memory 127.0.0.1 ${content}`);
  const random = createRandom(content.length);
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
