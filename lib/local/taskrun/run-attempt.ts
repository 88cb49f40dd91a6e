import { mkdir } from 'node:fs/promises';
import { podProblem } from '#lib/tekton/objects';
import type { Artifacts, SidecarState, StepState, TaskRunResult, TaskSpec } from '../model/api.ts';
import { type Outcome, RunEnded, timestamp } from '../model/conditions.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { BackendPod } from '../pod/backend.ts';
import { mountCredentials } from '../pod/credential-mounts.ts';
import type { PodFacts } from '../pod/environment.ts';
import { mapImage } from '../pod/image-map.ts';
import { buildPod, type Container, type Pod } from '../pod/pod.ts';
import { makeVolumes } from '../pod/volumes.ts';
import { podName, type TaskRequest } from '../prepare/task-request.ts';
import { substituteTaskRun } from '../variables/task-substitutions.ts';
import { celProblem } from '../variables/when.ts';
import { mergeArtifacts } from './artifacts.ts';
import { type ClusterAccount, giveAccount } from './cluster-account.ts';
import type { Engine } from './engine.ts';
import { givenHere } from './given-here.ts';
import { inspectImages } from './pod-images.ts';
import { latestResults, mistyped, resultProblem } from './results.ts';
import { runSteps } from './run-steps.ts';
import { type Sidecars, startSidecars } from './sidecars.ts';
import { applyStepActions } from './step-actions.ts';
import { failureOf, type SidecarOutcome, type StepOutcome, stepState } from './step-outcome.ts';

/** One try of a TaskRun, at its end. */
export interface Attempt {
  readonly outcome: Outcome;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly podName: string;
  /** With everything substituted. */
  readonly spec: TaskSpec;
  readonly results: readonly TaskRunResult[];
  readonly artifacts: Artifacts | undefined;
  readonly steps: readonly StepState[];
  readonly sidecars: readonly SidecarState[];
}

interface Place {
  readonly retry: number;
  readonly startedAt: Date;
  /** For the pod's volumes. */
  readonly directory: string;
  /** With everything put in. */
  readonly spec: TaskSpec;
}

/** The Task of a TaskRun with all put in that is known before its first step. */
export function specOfAttempt(request: TaskRequest, retry: number): TaskSpec {
  const { metadata, taskName, bindings, params } = request;
  return substituteTaskRun(applyStepActions(request), params, {
    taskRun: { name: metadata.name, namespace: metadata.namespace ?? 'default', uid: metadata.uid ?? '' },
    taskName,
    retryCount: retry,
    bindings,
  });
}

/** @throws {InvalidRunError} for a Task that is none any more, now that everything is put in (handlePodCreationError) */
function checkPod({ metadata, taskRef }: TaskRequest, spec: TaskSpec): void {
  const problem = podProblem(spec, celProblem);
  if (problem === undefined) return;
  const name = taskRef?.name ?? '';
  const maybe = taskRef
    ? `missing or invalid Task ${metadata.namespace ?? 'default'}/${name}`
    : 'invalid TaskSpec';
  throw new InvalidRunError(`failed to create task run pod "${metadata.name}": ${problem}. Maybe ${maybe}`, {
    reason: 'PodCreationFailed',
  });
}

/**
 * @throws {BackendError} for what keeps the pod from starting
 * @throws {RunEnded} when `signal` ends it before the first step
 */
export async function runAttempt(
  request: TaskRequest,
  engine: Engine,
  signal: AbortSignal,
  { retry, startedAt, directory, spec }: Place,
): Promise<Attempt> {
  const facts = podFacts(request, retry);
  checkPod(request, spec);
  const { objects, notes, buildsElsewhere } = givenHere(
    request.task,
    spec,
    request.params,
    engine.objects,
    engine.imageMap,
    engine.cluster !== undefined,
  );
  if (retry === 0) for (const text of notes) engine.emit({ type: 'note', text });
  const { hostNetwork = false, hostAliases = [] } = request.podTemplate ?? {};
  const backendPod = await engine.backend.startPod({
    name: facts.name,
    hostNetwork,
    keepsNetwork: (spec.sidecars ?? []).length > 0 || engine.cluster !== undefined,
    endsSlowly: buildsElsewhere,
    hostAliases: hostAliases.map(({ ip, hostnames = [] }) => ({ ip, hostnames })),
  });
  let account: ClusterAccount | undefined;
  try {
    account = await giveAccount(engine.cluster, backendPod, facts, spec, objects, request.podTemplate);
    return await runInPod(
      request,
      engine,
      signal,
      { retry, startedAt, directory, spec },
      { facts, spec, backendPod, account },
    );
  } finally {
    account?.end();
    backendPod.stop();
  }
}

/** What an attempt runs in. */
interface Started {
  readonly facts: PodFacts;
  /** As the TaskRun shows it. */
  readonly spec: TaskSpec;
  readonly backendPod: BackendPod;
  readonly account: ClusterAccount;
}

async function runInPod(
  request: TaskRequest,
  engine: Engine,
  signal: AbortSignal,
  { startedAt, directory }: Place,
  { facts, spec, backendPod, account: { spec: podSpec, objects } }: Started,
): Promise<Attempt> {
  const bare = buildPod(podSpec, request.bindings, facts, objects, request.podTemplate, request.resources);
  const pod = await mountCredentials(bare, (container) => homeOf(container, engine, signal));
  const images = await inspectImages(pod, spec, engine, signal);
  await mkdir(directory, { recursive: true });
  const directories = await makeVolumes(pod, {
    objects,
    directory,
    claim: engine.claim,
    userOf: images.userOf,
  });
  const context = {
    engine,
    task: request.task,
    taskRun: request.metadata.name,
    pod,
    backendPod,
    directories,
  };
  let sidecars: Sidecars | undefined;
  let ended: Outcome | undefined;
  const done: StepOutcome[] = [];
  try {
    sidecars = await startSidecars(context);
    await sidecars.ready(signal);
    const running = runSteps({ ...context, spec, images, signal, debug: request.debug });
    for await (const outcome of running) done.push(outcome);
  } catch (error) {
    if (!(signal.aborted && signal.reason instanceof RunEnded)) {
      await sidecars?.stop();
      throw error;
    }
    ended = signal.reason.outcome;
  }
  const steps = ended ? endedSteps(pod, done, ended, facts.name) : done;
  const finishedAt = new Date();
  const stopped = (await sidecars?.stop()) ?? [];
  // An attempt that was cancelled or ran out of time gives no results.
  const results = ended ? [] : collectResults(spec, steps);
  // The controller looks at what the TaskRun embeds, too, and then names keys twice (validateTaskRunResults).
  const declared = request.taskRef ? 1 : 2;
  const problem = resultProblem(spec.results ?? [], results, declared);
  return {
    outcome: ended ?? judge(request, steps, stopped, problem),
    startedAt,
    finishedAt,
    podName: facts.name,
    spec,
    results: results.filter((result) => mistyped(spec.results ?? [], [result]).length === 0),
    artifacts: ended ? undefined : collectArtifacts(steps),
    steps: steps.map(stepState),
    sidecars: stopped.map((sidecar) => sidecarState(sidecar, startedAt, finishedAt)),
  };
}

function podFacts({ metadata, serviceAccountName }: TaskRequest, retry: number): PodFacts {
  return {
    name: podName(metadata.name, retry),
    namespace: metadata.namespace ?? 'default',
    uid: crypto.randomUUID(),
    labels: {
      ...metadata.labels,
      'tekton.dev/taskRun': metadata.name,
      'app.kubernetes.io/managed-by': 'tekton-pipelines',
    },
    annotations: metadata.annotations ?? {},
    serviceAccount: serviceAccountName,
  };
}

async function homeOf(
  { image, imagePullPolicy, environment, security }: Container,
  { backend, imageMap }: Engine,
  signal: AbortSignal,
): Promise<string | undefined> {
  const own = environment.find(({ name }) => name === 'HOME')?.value;
  if (own !== undefined) return own;
  const source = mapImage(image, imageMap);
  const { user } = await backend.inspectImage(source, imagePullPolicy, signal);
  return backend.homeOf(source, security.runAsUser === undefined ? user : String(security.runAsUser));
}

function judge(
  { isFailureIgnored, metadata }: TaskRequest,
  steps: readonly StepOutcome[],
  sidecars: readonly SidecarOutcome[],
  problem: string | undefined,
): Outcome {
  const large = steps.find(({ oversized }) => oversized !== undefined)?.oversized;
  if (large !== undefined) {
    const message = `[User error] TaskRun ""${metadata.name}"" failed: ${large}`;
    return { status: 'False', reason: 'TaskRunResultLargerThanAllowedLimit', message };
  }
  if (problem !== undefined)
    return { status: 'False', reason: 'TaskRunValidationFailed', message: `[User error] ${problem}` };
  const failure = failureOf(steps, sidecars);
  if (failure) return isFailureIgnored ? { ...failure, reason: 'FailureIgnored' } : failure;
  return { status: 'True', reason: 'Succeeded', message: 'All Steps have completed executing' };
}

/** Steps that ran, or had not begun, when the TaskRun was ended (terminateStepsInPod, taskrun.go). */
function endedSteps(
  pod: Pod,
  done: readonly StepOutcome[],
  { reason }: Outcome,
  podOf: string,
): readonly StepOutcome[] {
  const now = new Date();
  const rest = pod.steps.slice(done.length).map((container): StepOutcome => {
    const name = container.name.replace(/^step-/, '');
    return {
      name,
      container: container.name,
      exitCode: 1,
      reason,
      terminationReason: reason,
      startedAt: now,
      finishedAt: now,
      imageId: '',
      containerId: '',
      message: `Step ${name} terminated as pod ${podOf} is terminated`,
      results: [],
      taskResults: [],
      artifacts: undefined,
      taskArtifacts: undefined,
      oversized: undefined,
    };
  });
  return [...done, ...rest];
}

/** Each step hands on what is there by then; the last word on a result counts. */
function collectResults(spec: TaskSpec, steps: readonly StepOutcome[]): readonly TaskRunResult[] {
  const ofSteps = (spec.results ?? []).flatMap(({ name, value }): readonly TaskRunResult[] => {
    const [, step, result] =
      /^\$\(steps\.([^.]+)\.results\.(.+)\)$/.exec(typeof value === 'string' ? value : '') ?? [];
    const found = steps
      .find(({ container }) => container === `step-${step}`)
      ?.results.find((one) => one.name === result);
    return found ? [{ ...found, name }] : [];
  });
  return latestResults([...steps.flatMap(({ taskResults }) => taskResults), ...ofSteps]);
}

function collectArtifacts(steps: readonly StepOutcome[]): Artifacts | undefined {
  const all = steps.flatMap(({ taskArtifacts, artifacts }) => [taskArtifacts ?? [], artifacts ?? []].flat());
  return all.length === 0 ? undefined : mergeArtifacts(all);
}

function sidecarState(
  { name, exitCode, isStopped }: SidecarOutcome,
  startedAt: Date,
  finishedAt: Date,
): SidecarState {
  return {
    name: name.replace(/^sidecar-/, ''),
    container: name,
    terminated: {
      exitCode: isStopped ? 0 : exitCode,
      reason: isStopped || exitCode === 0 ? 'Completed' : 'Error',
      startedAt: timestamp(startedAt),
      finishedAt: timestamp(finishedAt),
      ...(isStopped && { message: 'Sidecar container successfully stopped by nop image' }),
    },
  };
}
