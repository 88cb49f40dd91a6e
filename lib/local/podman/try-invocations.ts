import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, ToolError } from '#lib/process';
import { BackendError } from '../model/errors.ts';
import type { Invocation, PodNetwork } from './invocation.ts';
import { type MachineRoot, makeMachineRoot } from './machine-root.ts';

/** Tried in this order: podman as it is set up, then what older cgroups and small limits need. */
const candidates: readonly Candidate[] = [[], ['--runtime=runc']].flatMap((global) =>
  [true, false].flatMap((hasInit) =>
    [false, true].map((hasSmallLimits) => ({ global, hasInit, hasSmallLimits })),
  ),
);
type Candidate = Omit<Invocation, 'podNetwork' | 'hasResourceLimits' | 'overlaysRoot'>;

/** The quickest first: a bridge takes three times as long to set up, and to take down. */
const podNetworks: readonly PodNetwork[] = ['slirp4netns', 'private'];

/**
 * Starts containers in one way after the other.
 *
 * @throws {BackendError} when none can be started
 */
export async function tryInvocations(signal: AbortSignal | undefined): Promise<Invocation> {
  const directory = await mkdtemp(join(tmpdir(), 'bootc-catalog-probe-'));
  try {
    const root = await makeMachineRoot(join(directory, 'root'));
    const candidate = await firstCandidate(root, signal);
    const [podNetwork, hasResourceLimits, overlaysRoot] = await Promise.all([
      firstNetwork(candidate, root, signal),
      hasLimits(candidate, root, signal),
      canOverlayRoot(candidate, signal),
    ]);
    return { ...candidate, podNetwork, hasResourceLimits, overlaysRoot };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function firstCandidate(root: MachineRoot, signal: AbortSignal | undefined): Promise<Candidate> {
  let problem: unknown;
  for (const candidate of candidates) {
    try {
      await tryContainer(candidate, 'none', root, signal);
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
      await tryContainer(candidate, network, root, signal);
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
    const said = await tryContainer(candidate, 'none', root, signal, ['--memory=64m', '--cpus=0.5']);
    // Rootless on cgroups v1, podman only warns that they are ignored.
    return !/\bignored\b/i.test(said);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return false;
  }
}

async function canOverlayRoot(candidate: Candidate, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await tryContainer(candidate, 'none', { path: '/:O', mounts: [] }, signal);
    return true;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return false;
  }
}

/** @returns what podman warned of */
async function tryContainer(
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
