import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#lib/process';
import type { Registry } from '#lib/registry';
import type { Command, Rounds } from '../measure.ts';
import { rowsOf } from '../rows.ts';
import { emptyRegistry, startScratchRegistry } from '../scratch-registry.ts';
import { type Row, table } from '../table.ts';
import { pushComponents } from './components.ts';
import { mappingRows, memoryRow } from './hundred.ts';
import { peersOf } from './peers.ts';
import { pushSnapshot } from './steps.ts';

const TAGS = ['43-1', '43', 'latest'];
const MIB = 1024 * 1024;
const CHOICE = { count: 5, platforms: ['amd64', 'arm64', 'ppc64le', 's390x'], layers: [MIB, MIB] };
/** Milliseconds in each direction: a registry of another country. */
const FAR = 15;

/** What a release does of components of four platforms, three tags each, against a call of others for each tag. */
export function benchRelease(runs: number): Promise<string> {
  return withRegistries(async ({ staging, production, directory }) =>
    pushRows({ from: staging.host, to: production.host, runs, name: '', directory }, production),
  );
}

/** The same of registries at a distance, as all that count are. */
export function benchFarRelease(runs: number): Promise<string> {
  return withRegistries(async ({ staging, production, directory }) => {
    await using far = await farAway([staging, production]);
    const [from = '', to = ''] = far.hosts;
    return await pushRows({ from, to, runs, name: `, ${2 * FAR} ms away`, directory }, production);
  });
}

/** A release of a hundred components: what their tags are made of, and the memory that copying them takes. */
export function benchLargeRelease(runs: number): Promise<string> {
  return withRegistries(async ({ staging, production, directory }) => [
    ...(await mappingRows(directory, staging, runs)),
    await memoryRow(directory, staging, production),
  ]);
}

interface Place {
  readonly staging: Registry;
  readonly production: Registry;
  readonly directory: string;
}

async function withRegistries(measure: (place: Place) => Promise<readonly Row[]>): Promise<string> {
  const root = join(import.meta.dirname, '../../..');
  await run(process.execPath, [join(root, 'scripts/build-steps.ts')]);
  const directory = await mkdtemp(join(tmpdir(), 'bench-release-'));
  try {
    await using staging = await startScratchRegistry(join(directory, 'staging'));
    await using production = await startScratchRegistry(join(directory, 'production'));
    const rows = await measure({ staging, production, directory });
    return `${table(rows)}\n\nload of the machine at the end: ${loadavg()[0]?.toFixed(1)}`;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Between {
  /** Hosts by which the two registries are reached. */
  readonly from: string;
  readonly to: string;
  readonly runs: number;
  readonly name: string;
  readonly directory: string;
}

async function pushRows(between: Between, production: Registry): Promise<readonly Row[]> {
  const { from, to, name } = between;
  const directory = join(between.directory, `push${from}`);
  mkdirSync(directory);
  // At a distance nothing but the time is another one, and copies one after the other take half a minute each.
  const isFar = name !== '';
  const rounds: Rounds = { runs: between.runs, warmUps: isFar ? 0 : 1, memoryRuns: isFar ? 0 : 1 };
  const components = await pushComponents(from, CHOICE);
  await pushComponents(to, CHOICE);
  const copies = { components, tags: TAGS, to };
  const ours = pushSnapshot(directory, { ...copies, from });
  const others = await peersOf(directory, { ...copies, from });
  await run(ours.program, ours.args, { env: ours.env ?? {} });
  // cosign 3.1.3 writes an index and its images at once, while distribution reads the files that it writes over: at a
  // distance that has ended with MANIFEST_BLOB_UNKNOWN.
  const { cosign, ...safe } = others.there;
  const there = rowsOf(`all there${name}`, ours, !isFar && cosign ? { ...safe, cosign } : safe, rounds);

  /** Every command finds the registry as `body` leaves it. */
  const rowsAfter = (work: string, command: Command, peers: Peers, body: () => void) => {
    const prepared = (one: Command) => ({
      ...one,
      before: () => {
        one.before?.();
        body();
      },
    });
    const all = Object.entries(peers).map(([peer, one]) => [peer, prepared(one)] as const);
    return rowsOf(`${work}${name}`, prepared(command), Object.fromEntries(all), rounds);
  };
  const lacks = (folder: string) => () =>
    rmSync(join(production.storage, 'docker/registry/v2/repositories', folder), {
      recursive: true,
      force: true,
    });
  const one = rowsAfter('one of five new', ours, others.copies, lacks('production/c0'));
  const inside = join(directory, 'within');
  mkdirSync(inside);
  const within = await peersOf(inside, { ...copies, from: to });
  const mounts = rowsAfter(
    'cold, within one registry',
    pushSnapshot(inside, { ...copies, from: to }),
    within.copies,
    lacks('production'),
  );
  const cold = rowsAfter('cold, to another', ours, others.copies, () => emptyRegistry(production));
  return [...there, ...one, ...mounts, ...cold];
}

type Peers = Readonly<Record<string, Command>>;

/** The same registries at a distance. */
async function farAway(
  registries: readonly Registry[],
): Promise<AsyncDisposable & { readonly hosts: readonly string[] }> {
  const ways: ChildProcess[] = [];
  const hosts: string[] = [];
  for (const { host } of registries) {
    const port = host.split(':')[1] ?? '';
    const args = [join(import.meta.dirname, 'far-away.ts'), port, String(FAR)];
    const way = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    ways.push(way);
    const [line] = (await once(way.stdout as NonNullable<typeof way.stdout>, 'data')) as [Buffer];
    hosts.push(`127.0.0.1:${line.toString().trim()}`);
  }
  return {
    hosts,
    async [Symbol.asyncDispose]() {
      for (const way of ways) {
        const closed = once(way, 'close');
        way.stdin?.end();
        await closed;
      }
    },
  };
}
