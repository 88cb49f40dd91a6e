import type { Backend, BackendPod, ContainerOutput, ContainerRequest, PodOptions } from '../backend.ts';
import { containerSpec } from './container-spec.ts';
import { type Launched, launch, remove, removeLabelled, stop } from './containers.ts';
import { imageStore } from './images.ts';
import type { Invocation } from './invocation.ts';
import { holds } from './probe.ts';
import { type Service, startService } from './service.ts';

export interface PodmanOptions {
  readonly invocation: Invocation;
  /** Marks every container of the run, so that all of them can be found and removed. */
  readonly runId: string;
  readonly network: string;
}

export interface Podman extends Backend {
  /** Ends and removes what another run has left. */
  readonly removeRun: (runId: string) => Promise<void>;
}

const LABEL = 'bootc-catalog.run';

/** @throws {BackendError} when podman does not serve its API */
export async function openPodman({ invocation, runId, network }: PodmanOptions): Promise<Podman> {
  const service = await startService(invocation);
  const labels = { [LABEL]: runId };
  let count = 0;
  // One after the other: nobody waits for it, and steps need the cores.
  let removal: Promise<unknown> = Promise.resolve();

  const startPod = async (pod: PodOptions): Promise<BackendPod> => {
    const launched: Launched[] = [];
    const start = async (request: ContainerRequest, output: ContainerOutput): Promise<Launched> => {
      const name = `${runId}-${count++}-${request.name}`;
      const spec = containerSpec(request, { name, labels, network, pod, invocation });
      const one = await launch(service, spec, output);
      launched.push(one);
      return one;
    };
    return {
      run: (request, output, signal, started) => {
        const begin = async () => {
          const one = await start(request, output);
          started?.(one.id, ['podman', ...invocation.global]);
          return one;
        };
        return runToEnd(service, begin, signal);
      },
      start: async (request, output) => {
        const one = await start(request, output);
        return {
          ended: one.ended,
          probe: (probe) => holds(probe, service, one.id),
          stop: () => stop(service, one, false),
        };
      },
      stop: () => {
        removal = removal.then(() => Promise.allSettled(launched.map(({ id }) => remove(service, id))));
      },
    };
  };

  return {
    inspectImage: imageStore(invocation, service).inspect,
    startPod,
    removeRun: (id) => removeLabelled(service, `${LABEL}=${id}`),
    close: async () => {
      await removal;
      await removeLabelled(service, `${LABEL}=${runId}`);
      await service.close();
    },
  };
}

async function runToEnd(service: Service, start: () => Promise<Launched>, signal: AbortSignal) {
  const launched = await start();
  // A step's own timeout ends it at once, as Tekton's entrypoint does; the rest may clean up after itself.
  const onAbort = () => {
    const isTimeout = signal.reason instanceof Error && signal.reason.name === 'StepTimeout';
    stop(service, launched, isTimeout).catch(() => undefined);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await launched.ended;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
