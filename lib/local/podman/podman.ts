import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, ToolError } from '#lib/process';
import type {
  Backend,
  BackendPod,
  ContainerEnd,
  ContainerOutput,
  ContainerRecord,
  ContainerRequest,
  PodOptions,
  RunningContainer,
} from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { ImageSource } from '../image-map.ts';
import { runArguments } from './arguments.ts';
import { attach } from './attached.ts';
import { imageStore } from './images.ts';
import { inspectContainers, NEVER_STARTED } from './inspect.ts';
import type { Invocation } from './invocation.ts';
import { holds } from './probe.ts';

export interface PodmanOptions {
  readonly invocation: Invocation;
  /** Marks every container of the run, so that all of them can be found and removed. */
  readonly runId: string;
  /** For what must not stand in an argument; removed at the end. */
  readonly directory: string;
  readonly network: string;
}

const LABEL = 'bootc-catalog.run';
/** How long a container may take to end after SIGTERM. */
const GRACE = 2_000;

export async function openPodman(options: PodmanOptions): Promise<Backend> {
  const { invocation, runId, directory, network } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const podman = (...args: readonly string[]) => run('podman', [...invocation.global, ...args]);
  const images = imageStore(invocation);
  const pending = new Set<Promise<unknown>>();
  let count = 0;

  const startPod = async (pod: PodOptions): Promise<BackendPod> => {
    /** Names of this pod's containers by the name of the step or sidecar. */
    const names = new Map<string, string>();
    const common = [
      ...invocation.container,
      `--label=${LABEL}=${runId}`,
      `--network=${pod.hostNetwork ? 'host' : network}`,
      `--hostname=${pod.name.slice(0, 63)}`,
      '--log-driver=none',
      '--security-opt=label=disable',
      ...pod.hostAliases.flatMap(({ ip, hostnames }) => hostnames.map((name) => `--add-host=${name}:${ip}`)),
    ];

    const launch = async (request: ContainerRequest, output: ContainerOutput) => {
      const name = `${runId}-${count++}-${request.name}`;
      const envFile = join(directory, `${name}.env`);
      const { args, env, envLines } = runArguments(withMounts(request), envFile);
      if (envLines !== '') await writeFile(envFile, envLines, { mode: 0o600 });
      names.set(request.name, name);
      const startedAt = new Date();
      const { ended } = attach(
        [...invocation.global, 'run', `--name=${name}`, ...common, ...args],
        env,
        output,
      );
      return { name, startedAt, ended };
    };

    const endOf = async (launched: Awaited<ReturnType<typeof launch>>): Promise<ContainerEnd> => {
      const { exitCode, stderr } = await launched.ended;
      const end = { exitCode, startedAt: launched.startedAt, finishedAt: new Date(), oomKilled: false };
      // These are podman's own words too: that it failed, that there is no such program.
      const isDoubtful = exitCode >= 125 && exitCode <= 127;
      if (!isDoubtful && exitCode !== 137) return end;
      const record = (await inspectContainers(invocation, [launched.name])).get(launched.name);
      if (record && record.startedAt.getTime() > NEVER_STARTED)
        return { ...end, oomKilled: record.oomKilled };
      if (exitCode !== 125) return { ...end, exitCode: 1 };
      throw new BackendError(stderr.trim().replace(/^Error: /, '') || 'podman could not run the container');
    };

    return {
      run: async (request, output, signal) => {
        const launched = await launch(request, output);
        const stop = () => void stopContainer(podman, launched, signal);
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
        try {
          return await endOf(launched);
        } finally {
          signal.removeEventListener('abort', stop);
        }
      },
      start: async (request, output): Promise<RunningContainer> => {
        const launched = await launch(request, output);
        return {
          ended: endOf(launched),
          probe: (probe) => holds(probe, launched.name, invocation),
          stop: () => stopContainer(podman, launched, undefined),
        };
      },
      stop: async () => {
        const records = await inspectContainers(invocation, [...names.values()]);
        const removal = podman('rm', '--force', '--time=0', '--volumes', '--ignore', ...names.values());
        const settled = removal.catch(() => undefined).finally(() => pending.delete(settled));
        pending.add(settled);
        return new Map(
          [...names].flatMap(([key, name]): [string, ContainerRecord][] => {
            const record = records.get(name);
            return record ? [[key, record]] : [];
          }),
        );
      },
    };
  };

  return {
    inspectImage: images.inspect,
    startPod,
    close: async () => {
      await Promise.all(pending);
      await removeContainers(invocation, runId);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type Podman = (...args: readonly string[]) => Promise<{ readonly stdout: string }>;

async function stopContainer(
  podman: Podman,
  { name, ended }: { readonly name: string; readonly ended: Promise<unknown> },
  signal: AbortSignal | undefined,
): Promise<void> {
  let isOver = false;
  const over = ended.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  // A step's own timeout kills at once, as Tekton's entrypoint does; the rest may clean up after itself.
  const isTimeout = signal?.reason instanceof Error && signal.reason.name === 'StepTimeout';
  if (!isTimeout) {
    await killUntil(podman, 'TERM', name, () => isOver);
    await Promise.race([over, sleep(GRACE)]);
  }
  if (!isOver) await killUntil(podman, 'KILL', name, () => isOver);
}

/** A container that has not started yet cannot be killed: it is tried until it can, or is over. */
async function killUntil(podman: Podman, signal: string, name: string, isOver: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 100 && !isOver(); attempt++) {
    try {
      await podman('kill', `--signal=${signal}`, name);
      return;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      await sleep(50);
    }
  }
}

/** Ends and removes every container of a run, this one's or one whose engine was killed. */
export async function removeContainers({ global }: Invocation, runId: string): Promise<void> {
  const filter = `--filter=label=${LABEL}=${runId}`;
  const { stdout } = await run('podman', [...global, 'ps', '--all', '--quiet', filter]);
  const ids = stdout.split('\n').filter(Boolean);
  if (ids.length === 0) return;
  await run('podman', [...global, 'rm', '--force', '--time=0', '--volumes', '--ignore', ...ids]);
}

/** Mounts that come with a root directory in place of an image are read-only for the step. */
function withMounts(request: ContainerRequest): ContainerRequest {
  const image: ImageSource = request.image;
  if (image.kind !== 'rootfs') return request;
  const mounts = image.mounts.map(({ source, path }) => ({ source, path, readOnly: true }));
  return { ...request, mounts: [...mounts, ...request.mounts] };
}
