import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe } from '../model/api.ts';
import type { BackendPod, RunningContainer } from '../pod/backend.ts';
import { mapImage } from '../pod/image-map.ts';
import { hostMounts } from '../pod/mount-paths.ts';
import type { Pod, SidecarContainer } from '../pod/pod.ts';
import type { Directory } from '../pod/volumes.ts';
import type { Engine } from './engine.ts';
import type { SidecarOutcome } from './step-outcome.ts';
import { stepOutput } from './step-output.ts';

export interface Sidecars {
  /** Waits until each of them is ready or has ended. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  readonly stop: () => Promise<readonly SidecarOutcome[]>;
}

export interface SidecarsContext {
  readonly engine: Engine;
  readonly task: string;
  readonly taskRun: string;
  readonly pod: Pod;
  readonly backendPod: BackendPod;
  readonly directories: ReadonlyMap<string, Directory>;
}

/** Starts a pod's sidecars, which run beside its steps and are stopped after the last one. */
export async function startSidecars(context: SidecarsContext): Promise<Sidecars> {
  const started = await Promise.all(context.pod.sidecars.map((sidecar) => startSidecar(sidecar, context)));
  return {
    ready: async (signal) => {
      await Promise.all(started.map((one) => waitUntilReady(one.sidecar, one.running, one.hasEnded, signal)));
    },
    stop: () => Promise.all(started.map((one) => one.stop())),
  };
}

async function startSidecar(sidecar: SidecarContainer, context: SidecarsContext) {
  const { engine, task, taskRun, directories } = context;
  const mounts = await hostMounts(sidecar, directories);
  const where = { task, taskRun, step: sidecar.name };
  const output = await stepOutput(engine, where, {}, mounts);
  const running = await context.backendPod.start(
    {
      name: sidecar.name,
      image: mapImage(sidecar.image, engine.imageMap),
      command: sidecar.command,
      args: sidecar.args ?? [],
      environment: sidecar.environment,
      workingDir: sidecar.workingDir,
      mounts,
      security: sidecar.security,
      limits: sidecar.limits,
      groups: [],
    },
    output,
  );
  let isOver = false;
  const ended = running.ended.then(
    (end) => ({ exitCode: end.exitCode, oomKilled: end.oomKilled }),
    () => ({ exitCode: 128, oomKilled: false }),
  );
  void ended.then(() => {
    isOver = true;
  });
  return {
    sidecar,
    running,
    hasEnded: () => isOver,
    stop: async (): Promise<SidecarOutcome> => {
      const isStopped = !isOver;
      if (isStopped) await running.stop();
      const end = await ended;
      await output.end();
      return { name: sidecar.name, ...end, isStopped };
    },
  };
}

/** As the kubelet: the startup probe first, then readiness; a container without probes is ready when it runs. */
async function waitUntilReady(
  { startup, readiness }: SidecarContainer,
  running: RunningContainer,
  hasEnded: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const probe of [startup, readiness]) {
    if (!probe) continue;
    await sleep((probe.initialDelaySeconds ?? 0) * 1_000, undefined, { signal });
    await waitForProbe(probe, running, hasEnded, signal);
  }
}

async function waitForProbe(
  probe: Probe,
  running: RunningContainer,
  hasEnded: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  const needed = probe.successThreshold ?? 1;
  for (let successes = 0; successes < needed; ) {
    signal.throwIfAborted();
    if (hasEnded()) return;
    successes = (await running.probe(probe)) ? successes + 1 : 0;
    // A local probe costs little: no need to wait out a period of ten seconds.
    if (successes < needed)
      await sleep(Math.min((probe.periodSeconds ?? 10) * 1_000, 250), undefined, { signal });
  }
}
