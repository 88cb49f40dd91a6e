import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run, ToolError } from '#lib/process';
import { BackendError } from '../errors.ts';
import { type MachineRoot, makeMachineRoot } from './machine-root.ts';

/** How podman works on this machine. */
export interface Invocation {
  /** Global options, before the subcommand. */
  readonly global: readonly string[];
  /** Whether containers can have a process 1 that ends a program which does not know how to be that. */
  readonly hasInit: boolean;
  /** Whether limits must be set that are lower than podman's own. */
  readonly hasSmallLimits: boolean;
  /** Whether limits of a step's own, on memory and processors, can be set. */
  readonly hasResourceLimits: boolean;
  /** How a pod gets a network namespace of its own; `host` where none can be made. */
  readonly podNetwork: PodNetwork;
}

/** As podman names them; `private` is what it takes by itself: a bridge for root, pasta or slirp4netns for others. */
type PodNetwork = 'slirp4netns' | 'private' | 'host';

/** Tried in this order: podman as it is set up, then what older cgroups and small limits need. */
const candidates: readonly Candidate[] = [[], ['--runtime=runc']].flatMap((global) =>
  [true, false].flatMap((hasInit) =>
    [false, true].map((hasSmallLimits) => ({ global, hasInit, hasSmallLimits })),
  ),
);
type Candidate = Omit<Invocation, 'podNetwork' | 'hasResourceLimits'>;

/** The quickest first: a bridge takes three times as long to set up, and to take down. */
const podNetworks: readonly PodNetwork[] = ['slirp4netns', 'private'];

/**
 * The options with which podman can start a container here. Found by trying, and kept until podman or the
 * machine's boot changes.
 *
 * @throws {BackendError} when there is no podman, or it cannot start any container
 */
export async function findInvocation(signal?: AbortSignal): Promise<Invocation> {
  const cache = await cacheFile();
  const known = await readFile(cache, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as Invocation;
  const found = await probe(signal);
  await mkdir(join(cache, '..'), { recursive: true });
  await writeFile(`${cache}.${process.pid}`, JSON.stringify(found));
  await rename(`${cache}.${process.pid}`, cache);
  return found;
}

async function probe(signal: AbortSignal | undefined): Promise<Invocation> {
  const directory = await mkdtemp(join(tmpdir(), 'bootc-catalog-probe-'));
  try {
    const root = await makeMachineRoot(join(directory, 'root'));
    const candidate = await firstCandidate(root, signal);
    const [podNetwork, hasResourceLimits] = await Promise.all([
      firstNetwork(candidate, root, signal),
      hasLimits(candidate, root, signal),
    ]);
    return { ...candidate, podNetwork, hasResourceLimits };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function firstCandidate(root: MachineRoot, signal: AbortSignal | undefined): Promise<Candidate> {
  let problem: unknown;
  for (const candidate of candidates) {
    try {
      await runContainer(candidate, 'none', root, signal);
      return candidate;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      problem ??= error;
    }
  }
  throw new BackendError('podman cannot start a container on this machine', {
    cause: problem,
    hint: 'try: podman run --rm --network none --rootfs / /bin/true',
  });
}

async function firstNetwork(
  candidate: Candidate,
  root: MachineRoot,
  signal: AbortSignal | undefined,
): Promise<PodNetwork> {
  for (const network of podNetworks) {
    try {
      await runContainer(candidate, network, root, signal);
      return network;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
    }
  }
  return 'host';
}

async function hasLimits(
  candidate: Candidate,
  root: MachineRoot,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const said = await runContainer(candidate, 'none', root, signal, ['--memory=64m', '--cpus=0.5']);
    // Rootless on cgroups v1, podman only warns that they are ignored.
    return !/\bignored\b/i.test(said);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return false;
  }
}

/** @returns what podman warned of */
async function runContainer(
  { global, hasInit, hasSmallLimits }: Candidate,
  network: string,
  { path, mounts }: MachineRoot,
  signal: AbortSignal | undefined,
  limits: readonly string[] = [],
): Promise<string> {
  const options = [
    ...limits,
    '--rm',
    `--network=${network}`,
    '--log-driver=none',
    '--security-opt=label=disable',
    ...(hasInit ? ['--init'] : []),
    ...(hasSmallLimits ? ['--ulimit=nofile=4096:20000', '--ulimit=nproc=4096:4096'] : []),
    ...mounts.map((mount) => `--volume=${mount}:${mount}:ro`),
  ];
  const args = [...global, 'run', ...options, '--rootfs', path, '/bin/true'];
  return (await run('podman', args, { timeout: 60_000, signal })).stderr;
}

async function cacheFile(): Promise<string> {
  const [program, boot] = await Promise.all([
    programFacts(),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
  ]);
  const key = createHash('sha256')
    .update(JSON.stringify(['5', program, boot.trim(), process.getuid?.(), process.env.CONTAINERS_CONF]))
    .digest('hex')
    .slice(0, 16);
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(base, 'bootc-catalog', `podman-${key}.json`);
}

/** Which podman it is, without the time that it takes to ask it. */
async function programFacts(): Promise<string> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, 'podman');
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile()) return `${path} ${info.size} ${info.mtimeMs}`;
  }
  throw new BackendError('podman is not installed', { hint: 'install podman 4.3 or later' });
}
