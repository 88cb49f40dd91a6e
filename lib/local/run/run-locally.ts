import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { ClusterApi } from '#lib/cluster-api';
import { makeSlots } from '#lib/process';
import { emitTo, type RunStatus, type Sink } from '#lib/runs';
import type { KeptCommand } from '../history/kept-command.ts';
import { claimWork, type Outside, removeLeftovers } from '../history/leftovers.ts';
import { defaultRunsDirectory, makeRunDirectory, type RunDirectory } from '../history/run-directory.ts';
import type { Param, PipelineRun, TaskRun } from '../model/api.ts';
import { type Outcome, RunEnded } from '../model/conditions.ts';
import type { RunChoice } from '../objects/choose-run.ts';
import type { Objects } from '../objects/objects.ts';
import { ofNamespace } from '../objects/of-namespace.ts';
import type { Finished } from '../pipelinerun/finished-pipeline.ts';
import type { Control } from '../pipelinerun/live-run.ts';
import { runPipelineRun } from '../pipelinerun/run-pipeline-run.ts';
import type { Backend } from '../pod/backend.ts';
import type { ImageMap } from '../pod/image-map.ts';
import type { Runtime } from '../podman/capabilities.ts';
import { openPodman, type Podman } from '../podman/podman.ts';
import { type ServedPodman, servePodman } from '../podman/serve.ts';
import { clusterWarnings } from '../prepare/cluster-warnings.ts';
import type { TaskRequest } from '../prepare/task-request.ts';
import type { Resolvers } from '../resolvers/resolve.ts';
import type { DebugOptions } from '../resume/debug-options.ts';
import { keepVolumes, takeVolumes } from '../resume/kept-volumes.ts';
import type { Engine } from '../taskrun/engine.ts';
import { runTaskRun } from '../taskrun/run-task-run.ts';
import { makeStepClock, overheadOf } from '../taskrun/step-clock.ts';
import { claimIn } from './claim-in.ts';
import { keepPatched, openCluster } from './open-cluster.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';

export interface RunOptions extends Control {
  readonly objects: Objects;
  /** Which run, or which Pipeline or Task with what; the only one in `objects` where nothing is said. */
  readonly choice?: RunChoice;
  readonly imageMap?: ImageMap;
  readonly resolvers?: Resolvers;
  /** By the names and values of Tekton's ConfigMap feature-flags, over those of such a ConfigMap among the objects. */
  readonly featureFlags?: Readonly<Record<string, string>>;
  readonly sinks?: readonly Sink[];
  /** How many tasks run at a time; by default one for each core. */
  readonly parallel?: number;
  /** `pod` (by default: one of its own for each TaskRun), or what podman calls a network: host, bridge, none, a name. */
  readonly network?: string;
  /** Whose default capabilities containers have: containerd's, unless told. */
  readonly runtime?: Runtime | undefined;
  /** Registries that images are pulled from by http, or without a look at the certificate; loopback always. */
  readonly unverifiedRegistries?: readonly string[];
  /** Where the run's own directory is made; by default `$XDG_STATE_HOME/bootc-catalog/runs`. */
  readonly runsDirectory?: string;
  readonly debug?: DebugOptions;
  /** How the run was asked for, kept with it so that it can be asked for again. */
  readonly command?: KeptCommand;
  /** One that is shared, and that somebody else closes; by default the run has its own. */
  readonly podman?: Promise<ServedPodman>;
}

export interface RunResult {
  readonly status: RunStatus;
  /** Reason of the condition `Succeeded`, in Tekton's words. */
  readonly reason: string;
  readonly message: string;
  readonly results: readonly Param[];
  readonly run: PipelineRun | TaskRun;
  readonly taskRuns: readonly TaskRun[];
  /** Pipelines in the place of tasks, at any depth. */
  readonly pipelineRuns: readonly PipelineRun[];
  /** Part of the time in which no step ran, 0 to 1. */
  readonly overhead: number;
  readonly seconds: number;
  readonly directory: string;
}

/**
 * Runs a PipelineRun or TaskRun on this machine, as a cluster with Tekton would.
 *
 * @throws {InvalidRunError} for what is refused before anything runs
 * @throws {UnsupportedError} for what needs a cluster
 * @throws {BackendError} when there is no podman that works
 */
export async function runLocally(options: RunOptions): Promise<RunResult> {
  const { objects, resolvers = {}, signal = new AbortController().signal, network = 'pod' } = options;
  // Podman is elsewhere, and would look for what is relative from there.
  const runs = resolve(options.runsDirectory ?? defaultRunsDirectory());
  const runId = `bootc-${randomBytes(4).toString('hex')}`;
  // Podman starts while the run is being checked: each takes a while.
  const serving = options.podman ?? servePodman(signal);
  let cluster: ClusterApi | undefined;
  try {
    const prepared = await prepareRun({
      objects,
      resolvers,
      signal,
      runs,
      featureFlags: options.featureFlags,
      choice: options.choice ?? {},
      debug: options.debug ?? {},
    });
    const namespace = metadataOf(prepared).namespace ?? 'default';
    const own = { ...options, objects: ofNamespace(objects, namespace) };
    cluster = await openCluster(own.objects, namespace);
    const served = await serving;
    await served.service.listening;
    const podman = openPodman({
      served,
      runId,
      network,
      unverified: options.unverifiedRegistries,
      runtime: options.runtime,
    });
    const outside = { runId, socket: served.service.directory };
    return await withDirectory(podman, prepared, runs, outside, cluster, own);
  } finally {
    cluster?.close();
    if (!options.podman)
      await serving.then(
        (served) => served.close(),
        () => undefined,
      );
  }
}

async function withDirectory(
  podman: Podman,
  prepared: PreparedRun,
  runs: string,
  outside: Outside,
  cluster: ClusterApi | undefined,
  options: RunOptions,
): Promise<RunResult> {
  const directory = await makeRunDirectory(runs, metadataOf(prepared).name);
  await claimWork(directory.work, outside);
  const cleaning = removeLeftovers(runs, podman.removeRun);
  const sinks = [directory.events, ...(options.sinks ?? [])];
  try {
    const engine = makeEngine(options, prepared, podman, directory, cluster, sinks);
    keepPatched(cluster, options.objects, directory, engine.emit);
    if (options.command) await directory.writeCommand(options.command);
    return await runAndKeep(prepared, engine, options, directory);
  } finally {
    await cleaning;
    await podman.close();
    await directory.removeWork();
    await Promise.all(sinks.map(async (sink) => sink.close?.()));
  }
}

function metadataOf(prepared: PreparedRun): TaskRequest['metadata'] {
  return prepared.kind === 'pipeline' ? prepared.pipeline.run.metadata : prepared.task.metadata;
}

function makeEngine(
  options: RunOptions,
  { breakpoints, flags }: PreparedRun,
  backend: Backend,
  directory: RunDirectory,
  cluster: ClusterApi | undefined,
  sinks: readonly Sink[],
): Engine {
  return {
    backend,
    objects: options.objects,
    cluster,
    resolvers: options.resolvers ?? {},
    imageMap: options.imageMap ?? [],
    flags,
    emit: emitTo(sinks),
    debug: { breakpoints, onBreak: options.debug?.onBreak },
    clock: makeStepClock(),
    slots: makeSlots(options.parallel ?? availableParallelism()),
    workDirectory: join(directory.work, 'pods'),
    claim: claimIn(claimsOf(directory)),
    openLog: directory.openLog,
    drained: directory.drained,
  };
}

async function runAndKeep(
  prepared: PreparedRun,
  engine: Engine,
  options: RunOptions,
  directory: RunDirectory,
): Promise<RunResult> {
  if (prepared.kind === 'pipeline' && prepared.earlier) {
    await takeVolumes(prepared.earlier, prepared.pipeline, claimsOf(directory));
  }
  if (prepared.kind === 'pipeline') {
    for (const text of clusterWarnings(prepared.pipeline, engine.flags)) engine.emit({ type: 'note', text });
  }
  const start = Date.now();
  const finished = await followed(directory, () => runPrepared(prepared, engine, options));
  const end = Date.now();
  const result: RunResult = {
    ...finished.outcome,
    status: statusOf(finished.outcome),
    results: finished.results,
    run: finished.run,
    taskRuns: finished.taskRuns,
    pipelineRuns: finished.pipelineRuns,
    overhead: overheadOf({ start, end }, engine.clock.intervals()),
    seconds: (end - start) / 1_000,
    directory: directory.path,
  };
  await writeStatus(directory, result);
  const problem = directory.problem();
  if (problem)
    engine.emit({ type: 'note', text: `logs in ${directory.path} are not complete: ${problem.message}` });
  const { run, taskRuns: _, pipelineRuns: __, ...facts } = result;
  engine.emit({
    type: 'run-end',
    run: run.metadata?.name ?? '',
    ...facts,
    stepSeconds: engine.clock.secondsByTaskRun(),
  });
  await directory.writePicture(result);
  if (result.status !== 'Succeeded') await keepVolumes(directory.path, claimsOf(directory));
  return result;
}

/** Does what the page of the run follows meanwhile. */
async function followed<T>(directory: RunDirectory, work: () => Promise<T>): Promise<T> {
  const stop = directory.followPicture();
  try {
    return await work();
  } finally {
    await stop();
  }
}

function runPrepared(prepared: PreparedRun, engine: Engine, options: RunOptions): Promise<Finished> {
  return prepared.kind === 'pipeline'
    ? runPipelineRun(prepared.pipeline, engine, options, prepared.reuse)
    : runTaskRunAlone(prepared.task, engine, options);
}

/** A TaskRun alone; a cancellation, graceful or not, ends it. */
async function runTaskRunAlone(
  request: TaskRequest,
  engine: Engine,
  { signal, gracefulSignal }: Control,
): Promise<Finished> {
  const { name } = request.metadata;
  engine.emit({ type: 'run-start', run: name, pipeline: '', tasks: [{ name, isFinally: false, after: [] }] });
  const controller = new AbortController();
  const cancel = (message = '') =>
    controller.abort(new RunEnded('TaskRunCancelled', `TaskRun "${name}" was cancelled. ${message}`));
  for (const one of [signal, gracefulSignal]) one?.addEventListener('abort', () => cancel(), { once: true });
  if (request.cancelled !== undefined) cancel(request.cancelled);
  const finished = await runTaskRun(request, engine, controller.signal);
  return {
    outcome: finished.outcome,
    results: finished.taskRun.status?.results ?? [],
    run: finished.taskRun,
    taskRuns: [finished.taskRun],
    pipelineRuns: [],
  };
}

function claimsOf({ work }: RunDirectory): string {
  return join(work, 'claims');
}

function statusOf({ status, reason }: Outcome): RunStatus {
  if (status === 'True') return 'Succeeded';
  if (reason === 'Cancelled' || reason === 'TaskRunCancelled') return 'Cancelled';
  return reason === 'PipelineRunTimeout' || reason === 'TaskRunTimeout' ? 'TimedOut' : 'Failed';
}

async function writeStatus(
  directory: RunDirectory,
  { run, taskRuns, pipelineRuns }: RunResult,
): Promise<void> {
  await directory.writeStatus(run.kind === 'TaskRun' ? 'taskrun.yaml' : 'pipelinerun.yaml', run);
  if (run.kind === 'TaskRun') return;
  await Promise.all([
    ...taskRuns.map((one) => directory.writeStatus(`taskruns/${one.metadata?.name}.yaml`, one)),
    ...pipelineRuns.map((one) => directory.writeStatus(`pipelineruns/${one.metadata?.name}.yaml`, one)),
  ]);
}
