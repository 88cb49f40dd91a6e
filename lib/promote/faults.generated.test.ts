import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExpectedError } from '#lib/errors';
import {
  copy,
  createMemoryTarget,
  createRegistryClient,
  type Descriptor,
  type Digest,
  findTag,
  parseReference,
  type RegistryClient,
  type RegistryOptions,
  type Repository,
} from '#lib/oci';
import { generatedRuns, randomFrom } from '#test/generated';
import { type Fault, type FaultProxy, type Seen, startFaultProxy } from '#test/registries/fault-proxy';
import { randomFault } from '#test/registries/random-fault';
import { type Registry, startRegistry } from '#test/registries/registry';
import { writesOf } from '#test/registries/writes';
import { pushSmallImage, pushTagged } from '#test/release/small-images';
import { carryOut, createLimits, type Promotion, planPromotion } from './index.ts';

const runs = generatedRuns('releases with faults', { soak: 200, ci: 30, test: 6 });
const LANES = 4;
const COMPONENTS = 5;
const REPOSITORIES = ['quay', 'mirror'];
/** One tag is new in each schedule, two name an older image. */
const TAGS = ['43-1', '43', 'latest'];
const EXISTING = TAGS.slice(1);
const WAYS = ['faults', 'many faults', 'killed', 'stopped', 'full', 'refused'] as const;
const CHILD = join(import.meta.dirname, '../../test/support/release/promote-child.ts');

let staging: Registry;
let production: Registry;
let images: readonly Descriptor[];
let old: Descriptor;
/** Everything that the release is about, by the index of its component. */
let parts: readonly (readonly Descriptor[])[];

beforeAll(async () => {
  [staging, production] = await Promise.all([startRegistry(), startRegistry()]);
  using client = clientOf();
  const sources = Array.from({ length: COMPONENTS }, (_, index) => client.repository(sourceOf(index)));
  const pushed = await Promise.all(
    sources.map((source, index) =>
      pushSmallImage(source, {
        content: `component ${index}`,
        size: 5_000,
        companions: ['sig'],
        sourceContainer: index === 0,
        referrers: index === 1,
      }),
    ),
  );
  images = pushed.map(({ root }) => root);
  old = await pushTagged(client.repository(`${production.host}/old`), 'old', 'old');
  parts = await Promise.all(sources.map((source, index) => allOf(source, images[index] as Descriptor)));
});

afterAll(() => Promise.all([staging.stop(), production.stop()]));

test.for(runs)(
  'each of $count releases of the seed $seed with faults ends with all of it or tells what has moved, and another one copies only what is missing',
  { timeout: 1_800_000 },
  async ({ seed, count, isFixed, record }) => {
    const outcomes = { done: 0, untouched: 0, told: 0 };
    let next = 0;
    const lane = async () => {
      const proxy = await startFaultProxy(production.host);
      for (let index = next++; index < count; index = next++) {
        const outcome = await survive(index, `${seed} ${index}`, proxy).catch((error: unknown) => {
          throw new Error(`schedule ${index} of seed ${seed}`, { cause: error });
        });
        outcomes[outcome]++;
      }
      await proxy.stop();
    };
    const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;

    // All of them must occur, or the test shows nothing about one.
    if (isFixed && count >= 30) expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0);
    const { done, untouched, told } = outcomes;
    record({
      cases: count,
      against: 'distribution, with faults between; processes killed',
      found: `${done} done, ${untouched} with no tag moved, ${told} in part and told; each ended by another release that copied nothing twice`,
    });
  },
);

async function survive(index: number, seed: string, proxy: FaultProxy): Promise<Outcome> {
  const random = randomFrom(createHash('sha256').update(seed).digest().readUInt32LE());
  const folder = `s${seed.replace(' ', '-')}`;
  const promotions = promotionsOf(proxy.host, folder);
  proxy.fault = () => undefined;
  using direct = clientOf();
  const targets = promotions.flatMap(({ targets: own }, component) =>
    own.map(({ repository }) => ({
      component,
      name: `${proxy.host}/${repository.repository}`,
      there: direct.repository(`${production.host}/${repository.repository}`),
    })),
  );
  const before = direct.repository(`${production.host}/old`);
  await Promise.all(
    targets.map(({ there }) => copy(before, there, { reference: old.digest, tags: EXISTING })),
  );

  const way = WAYS[index % WAYS.length] as (typeof WAYS)[number];
  const said = await firstRelease(way, promotions, proxy, random);
  proxy.fault = () => undefined;
  // A request that was on its way when its sender died.
  await sleep(50);

  let outcome: Outcome = 'untouched';
  let written = 0;
  for (const { component, name, there } of targets) {
    const wanted = images[component] as Descriptor;
    const before = written;
    for (const tag of TAGS) {
      const now = (await findTag(there, tag))?.digest;
      if (now === wanted.digest) {
        written++;
        if (EXISTING.includes(tag) && said !== 'done') {
          outcome = 'told';
          expect(said.may, `${name}:${tag} has moved`).toContain(`${name}:${tag}`);
        }
      } else expect(now).toBe(EXISTING.includes(tag) ? old.digest : undefined);
    }
    // A tag names nothing that is not there with all that belongs to it.
    if (written > before) await expectAll(there, parts[component] as readonly Descriptor[]);
  }
  if (said === 'done') expect(written).toBe(targets.length * TAGS.length);
  if (said === 'done' || written === targets.length * TAGS.length) outcome = 'done';

  const had = await Promise.all(
    targets.map(async ({ component, there }) => ({
      there,
      had: await thoseOf(there, parts[component] ?? []),
    })),
  );
  const from = proxy.seen.length;
  expect(await release(promotions, {})).toBe('done');
  const again = writesOf(proxy.seen.slice(from));
  for (const { there, had: digests } of had) {
    for (const digest of digests) expect(again).not.toContain(`${there.repository} ${digest}`);
  }
  expect(new Set(again).size).toBe(again.length);
  for (const { component, there } of targets) {
    for (const tag of TAGS) expect((await there.resolve(tag)).digest).toBe(images[component]?.digest);
    await expectAll(there, parts[component] as readonly Descriptor[]);
  }
  return outcome;
}

type Outcome = 'done' | 'untouched' | 'told';

/** What a release said: that it is done, or in its message or log, which tags may have moved. */
type Said = 'done' | { readonly may: string };

function firstRelease(
  way: (typeof WAYS)[number],
  promotions: readonly Promotion[],
  proxy: FaultProxy,
  random: () => number,
): Promise<Said> {
  // Half of them go wrong while tags move; a whole release takes some 860 requests, and 36 for tags.
  const isLate = random() < 0.5;
  const when = Math.floor(random() * (isLate ? 36 : 860));
  let requests = 0;
  const afterwards = (fault: (request: Seen) => Fault | undefined) => {
    proxy.fault = (request) => {
      if (!isLate || isForTag(request)) requests++;
      return requests > when ? fault(request) : undefined;
    };
  };
  if (way === 'killed') return kill(promotions, (end) => afterwards(() => end()));
  if (way === 'stopped') {
    const controller = new AbortController();
    afterwards(() => {
      controller.abort();
      return undefined;
    });
    return release(promotions, { signal: controller.signal, options: HASTY });
  }
  if (way === 'full') {
    afterwards(({ method }) => (method === 'PUT' ? { kind: 'answer', status: 507 } : undefined));
  } else if (way === 'refused') {
    afterwards(({ method }) => (method === 'PUT' ? { kind: 'answer', status: 403 } : undefined));
  } else {
    const odds = way === 'faults' ? 0.05 : 0.5;
    afterwards(() => (random() < odds ? randomFault(random) : undefined));
  }
  return release(promotions, { options: HASTY });
}

function isForTag({ method, path }: Seen): boolean {
  return method === 'PUT' && TAGS.some((tag) => new RegExp(`/manifests/${tag}(?:-source)?$`).test(path));
}

async function release(
  promotions: readonly Promotion[],
  { signal, options }: { readonly signal?: AbortSignal; readonly options?: RegistryOptions },
): Promise<Said> {
  using client = clientOf(options);
  const limits = createLimits(20);
  try {
    const plan = await planPromotion(client, promotions, { limits, signal });
    await carryOut(plan, { limits, signal });
    return 'done';
  } catch (error) {
    if (error !== signal?.reason && !(error instanceof ExpectedError)) throw error;
    const { message } = error as Error;
    return { may: message.split('not moved: ')[0] ?? '' };
  }
}

/** Releases in a process of its own, and kills it when told. */
async function kill(
  promotions: readonly Promotion[],
  arm: (end: () => Fault | undefined) => void,
): Promise<Said> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, JSON.stringify(promotions)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  arm(() => {
    child.kill('SIGKILL');
    return undefined;
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child, 'close');
  return output.endsWith('done\n') ? 'done' : { may: output };
}

function clientOf(options: RegistryOptions = {}): RegistryClient {
  return createRegistryClient({ credentials: async () => undefined, ...options });
}

/** One that waits for nothing long. */
const HASTY = { retry: { attempts: 4, delay: 1, maxDelay: 20 }, idleTimeout: 1_000 };

function sourceOf(component: number): string {
  return `${staging.host}/component-${component}`;
}

function promotionsOf(host: string, folder: string): readonly Promotion[] {
  return images.map(({ digest }, index) => ({
    component: `component-${index}`,
    source: { ...parseReference(sourceOf(index)), digest },
    targets: REPOSITORIES.map((name) => ({
      repository: parseReference(`${host}/${folder}/${name}/component-${index}`),
      tags: TAGS,
    })),
    companions: 'all',
    sourceContainer: index === 0 ? 'required' : 'if there',
    referrers: index === 1,
    mayLosePlatforms: false,
  }));
}

/** All manifests and blobs of an image and of what is kept beside it. */
async function allOf(source: Repository, root: Descriptor): Promise<readonly Descriptor[]> {
  const all = new Map<Digest, Descriptor>();
  const gather = async (descriptor: Descriptor) => {
    const result = await copy(source, createMemoryTarget(), {
      reference: descriptor.digest,
      referrers: true,
    });
    for (const one of result.copied) all.set(one.digest, one);
  };
  await gather(root);
  for await (const tag of source.tags())
    if (!/^sha256-\w+$/.test(tag)) await gather(await source.resolve(tag));
  return [...all.values()];
}

async function thoseOf(repository: Repository, descriptors: readonly Descriptor[]): Promise<Digest[]> {
  const found = await Promise.all(descriptors.map((descriptor) => repository.exists(descriptor)));
  return descriptors.filter((_, index) => found[index]).map(({ digest }) => digest);
}

async function expectAll(repository: Repository, descriptors: readonly Descriptor[]): Promise<void> {
  expect(await thoseOf(repository, descriptors)).toHaveLength(descriptors.length);
}
