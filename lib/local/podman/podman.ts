import type { Server } from 'node:net';
import { join } from 'node:path';
import {
  type Backend,
  type BackendPod,
  type ContainerOutput,
  type ContainerRequest,
  type PodOptions,
  StepTimeout,
} from '../pod/backend.ts';
import { assembleRoot } from './assembled-root.ts';
import type { Runtime } from './capabilities.ts';
import { assembledSpec, type CommonSpec, containerSpec, pauseSpec } from './container-spec.ts';
import { type Ending, type Launched, launch, remove, removeLabelled, stop } from './containers.ts';
import { homeOf } from './home-of.ts';
import { imageStore } from './images.ts';
import { listenHere, listenInside } from './listen.ts';
import { type MachineRoot, makeMachineRoot } from './machine-root.ts';
import { holds } from './probe.ts';
import type { ServedPodman } from './serve.ts';
import { removeServiceDirectory, type Service } from './service.ts';

export interface PodmanOptions {
  readonly served: ServedPodman;
  /** Marks every container of the run, so that all of them can be found and removed. */
  readonly runId: string;
  readonly network: string;
  /** Registries that images are pulled from by http, or without a look at the certificate. */
  readonly unverified?: readonly string[] | undefined;
  /** Whose default capabilities containers have. */
  readonly runtime?: Runtime | undefined;
}

export interface Podman extends Backend {
  /** Ends and removes what another run has left. */
  readonly removeRun: (left: { readonly runId: string; readonly socket: string }) => Promise<void>;
}

/** Nothing is to be heard of it. */
const silent: ContainerOutput = { write: () => undefined, drained: () => undefined };

const LABEL = 'bootc-catalog.run';

/** The containers of one run. */
export function openPodman({ served, runId, network, unverified = [], runtime }: PodmanOptions): Podman {
  const { invocation, service } = served;
  const labels = { [LABEL]: runId };
  let count = 0;
  let root: Promise<MachineRoot> | undefined;
  const machineRoot = () => (root ??= makeMachineRoot(join(service.directory, runId)));
  // One after the other: nobody waits for it, and steps need the cores.
  let removal: Promise<unknown> = Promise.resolve();

  const startPod = async (pod: PodOptions): Promise<BackendPod> => {
    const launched: Launched[] = [];
    const listeners: Server[] = [];
    const nextName = (name: string) => `${runId}-${count++}-${name}`;
    const common = { labels, pod, invocation, runtime };
    const network = await podNetwork(pod, async (of) => {
      const root = await machineRoot();
      const spec = pauseSpec(root, { ...common, name: nextName('pod'), network: of });
      const one = await launch(service, spec, silent);
      // Nobody waits for it, or hears how it went.
      one.ended.catch(() => undefined);
      launched.push(one);
      return one.id;
    });
    const start = async (request: ContainerRequest, output: ContainerOutput): Promise<Launched> => {
      const spec = await specOf(request, { ...common, name: nextName(request.name), network });
      const one = await launch(service, spec, output);
      launched.push(one);
      return invocation.hasResourceLimits && request.limits.memory !== undefined ? withOutOfMemory(one) : one;
    };
    return {
      run: (request, output, signal, started) => {
        const begin = async () => {
          const one = await start(request, output);
          started?.(one.id, ['podman', ...invocation.global]);
          return one;
        };
        return waitForEnd(service, begin, signal, pod.endsSlowly ? 'slowly' : 'soon');
      },
      start: async (request, output) => {
        const one = await start(request, output);
        return {
          ended: one.ended,
          probe: (probe) => holds(probe, service, one.id, network === 'host'),
          stop: () => stop(service, one, 'soon'),
        };
      },
      listen: async () => {
        const [, pause] = network.split('container:');
        const listener = await (pause === undefined ? listenHere() : listenInside(service, pause));
        listeners.push(listener);
        return listener;
      },
      stop: () => {
        for (const listener of listeners) listener.close();
        // The container that holds the network is removed last.
        const ids = launched.map(({ id }) => id).reverse();
        removal = removal.then(() => Promise.allSettled(ids.map((id) => remove(service, id))));
      },
    };
  };

  const specOf = async (request: ContainerRequest, common: CommonSpec) => {
    const { image, mounts } = request;
    if (image.kind !== 'rootfs' || image.path !== '/' || invocation.overlaysRoot)
      return containerSpec(request, common);
    const inside = [...image.mounts, ...mounts].map(({ path }) => path);
    const root = await assembleRoot(join(service.directory, common.name), inside);
    return assembledSpec(request, root, common);
  };

  /** Containers that run side by side share the network of one more, which does nothing else. */
  const podNetwork = async (
    { hostNetwork, keepsNetwork }: PodOptions,
    pause: (network: string) => Promise<string>,
  ): Promise<string> => {
    if (hostNetwork) return 'host';
    const own = network === 'pod' ? invocation.podNetwork : network;
    return keepsNetwork && own !== 'host' ? `container:${await pause(own)}` : own;
  };

  return {
    inspectImage: imageStore(invocation, service, unverified).inspect,
    homeOf: (source, user) => homeOf(service, invocation, labels, source, user),
    startPod,
    removeRun: async (left) => {
      await removeLabelled(service, `${LABEL}=${left.runId}`);
      await removeServiceDirectory(left.socket);
    },
    close: async () => {
      await removal;
      await removeLabelled(service, `${LABEL}=${runId}`);
    },
  };
}

/** With cgroups v1 podman does not say that a limit on memory was met, but nobody else sends SIGKILL. */
function withOutOfMemory(one: Launched): Launched {
  const ended = one.ended.then((end) => ({ ...end, oomKilled: end.oomKilled || end.exitCode === SIGKILLED }));
  // The rejection reaches whoever awaits `one.ended`; this keeps Node from ending before.
  ended.catch(() => undefined);
  return { ...one, ended };
}

const SIGKILLED = 137;

async function waitForEnd(
  service: Service,
  start: () => Promise<Launched>,
  signal: AbortSignal,
  ending: Ending,
) {
  const launched = await start();
  // A step's own timeout ends it at once, as Tekton's entrypoint does; the rest may clean up after itself.
  const onAbort = () => {
    stop(service, launched, signal.reason instanceof StepTimeout ? 'hard' : ending).catch(() => undefined);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await launched.ended;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
