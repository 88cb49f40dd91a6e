import { join } from 'node:path';
import { stopsAt } from '../breakpoints/breakpoint.ts';
import { pausedStep, waysIn } from '../breakpoints/paused-step.ts';
import type { Debug } from '../model/api.ts';
import type { BackendPod, ContainerEnd, ContainerOutput, ContainerRequest } from '../pod/backend.ts';
import type { Engine } from './engine.ts';

export interface StopContext {
  readonly engine: Engine;
  readonly backendPod: BackendPod;
  /** `spec.debug` of the TaskRun. */
  readonly debug: Debug | undefined;
  /** Where the pod's volumes are. */
  readonly directory: string;
}

interface Where {
  readonly task: string;
  readonly taskRun: string;
  readonly step: string;
}

/** Runs a step's container to its end, with a stop wherever one was asked for. */
export async function runContainer(
  { engine, backendPod, debug, directory }: StopContext,
  where: Where,
  request: ContainerRequest,
  output: ContainerOutput,
  signal: AbortSignal,
): Promise<ContainerEnd> {
  const { breakpoints, onBreak } = engine.debug;
  const stops = stopsAt(breakpoints, debug ?? {}, where);
  const program = request.command ?? (await programOf(request, engine, signal));
  if (!stops.before && !stops.onFailure)
    return backendPod.run({ ...request, command: program }, output, signal);
  const paused = await pausedStep(request, program, stops, join(directory, `debug-${where.step}`));
  const ended = new AbortController();
  let watching: Promise<void> | undefined;
  try {
    return await backendPod.run(paused.request, output, signal, (id, podman) => {
      const reached = async (at: 'before' | 'failure', over: AbortSignal) => {
        const stop = { ...where, at, ...waysIn(podman, id, at) };
        engine.emit({ type: 'breakpoint', ...stop });
        return onBreak?.(stop, over);
      };
      watching = paused.watch(reached, AbortSignal.any([signal, ended.signal]));
    });
  } finally {
    ended.abort();
    await watching;
  }
}

/**
 * The image's own: its entrypoint, with its arguments where the step has none, or what it has in the place of one
 * (imageInfo, pkg/pod/entrypoint_lookup_impl.go).
 */
async function programOf(
  { image, args }: ContainerRequest,
  { backend }: Engine,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { entrypoint, command } = await backend.inspectImage(image, undefined, signal);
  if (entrypoint.length === 0) return command;
  return args.length > 0 ? entrypoint : [...entrypoint, ...command];
}
