import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDuration } from '#lib/tekton/objects';
import type { StepState, TaskRun, TaskRunStatus, TaskSpec } from '../model/api.ts';
import { conditionOf, type Outcome, RunEnded, timestamp } from '../model/conditions.ts';
import { parseDuration } from '../model/duration.ts';
import { BackendError, InvalidRunError, UnsupportedError } from '../model/errors.ts';
import type { FeatureFlags } from '../model/feature-flags.ts';
import type { Sources } from '../prepare/prepared.ts';
import { podName, type TaskRequest } from '../prepare/task-request.ts';
import { stepContainerName } from '../variables/task-substitutions.ts';
import { checkTaskRun } from './check-task-run.ts';
import type { Engine } from './engine.ts';
import { provenanceOf } from './provenance.ts';
import { type Attempt, runAttempt, specOfAttempt } from './run-attempt.ts';

/** A TaskRun that has ended. */
export interface FinishedTask {
  readonly taskRun: TaskRun;
  readonly outcome: Outcome;
}

/**
 * Runs a task to its end, again as often as it may be retried. Never throws for what a step or the machine
 * does: how it ended is in the TaskRun's condition, in Tekton's words.
 */
export async function runTaskRun(
  request: TaskRequest,
  engine: Engine,
  signal: AbortSignal,
): Promise<FinishedTask> {
  const { metadata, task, retries, matrix } = request;
  const taskRun = metadata.name;
  const earlier: Attempt[] = [];
  const release = await engine.slots.take(signal).catch(() => () => undefined);
  const began = Date.now();
  try {
    for (;;) {
      engine.emit({ type: 'task-start', task, taskRun, attempt: earlier.length, ...(matrix && { matrix }) });
      const attempt = await attemptInTime(request, engine, signal, earlier.length);
      const { outcome } = attempt;
      if (outcome.status === 'False' && !signal.aborted && earlier.length < retries) {
        earlier.push(attempt);
        engine.emit({ type: 'task-retry', task, taskRun, message: outcome.message });
        continue;
      }
      engine.emit({
        type: 'task-end',
        task,
        taskRun,
        status:
          outcome.status === 'True'
            ? 'Succeeded'
            : outcome.reason === 'TaskRunCancelled'
              ? 'Cancelled'
              : 'Failed',
        reason: outcome.reason,
        message: outcome.message,
        seconds: (Date.now() - began) / 1_000,
        results: attempt.results,
      });
      return { outcome, taskRun: finishedTaskRun(request, [...earlier, attempt], engine.flags) };
    }
  } finally {
    release();
  }
}

async function attemptInTime(
  request: TaskRequest,
  engine: Engine,
  signal: AbortSignal,
  retry: number,
): Promise<Attempt> {
  const { metadata, timeout } = request;
  const startedAt = new Date();
  let { spec } = request;
  const directory = join(engine.workDirectory, `${metadata.name}-${retry}-${randomUUID().slice(0, 8)}`);
  const limit = new AbortController();
  const timer =
    timeout > 0
      ? setTimeout(() => limit.abort(timedOut(metadata.name, timeout)), Math.min(timeout, 2 ** 31 - 1))
      : undefined;
  try {
    signal.throwIfAborted();
    checkTaskRun(request, engine.flags);
    spec = specOfAttempt(request, retry);
    return await runAttempt(request, engine, AbortSignal.any([signal, limit.signal]), {
      retry,
      startedAt,
      directory,
      spec,
    });
  } catch (error) {
    return failedAttempt({ ...request, spec }, error, startedAt, retry);
  } finally {
    clearTimeout(timer);
    // Removes what belongs to this attempt only, without waiting; what is left goes at the run's end.
    rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
}

function timedOut(name: string, timeout: number): RunEnded {
  return new RunEnded(
    'TaskRunTimeout',
    `TaskRun "${name}" failed to finish within "${formatDuration(timeout)}"`,
  );
}

/** An attempt that ended before its first step. */
function failedAttempt(request: TaskRequest, error: unknown, startedAt: Date, retry: number): Attempt {
  const outcome = outcomeOf(error);
  return {
    outcome,
    startedAt,
    finishedAt: new Date(),
    podName: podName(request.metadata.name, retry),
    spec: request.spec,
    results: [],
    artifacts: undefined,
    steps: neverStarted(request, outcome, startedAt, retry),
    sidecars: [],
  };
}

/**
 * Steps of a pod that could not have its images, which the controller ends, or not what they mount, which it leaves
 * waiting (terminateStepsInPod; isPodHitConfigError, pkg/pod/status.go).
 */
function neverStarted(
  { spec, metadata }: TaskRequest,
  { reason, message }: Outcome,
  startedAt: Date,
  retry: number,
): readonly StepState[] {
  const isWaiting = reason === 'CreateContainerConfigError';
  if (reason !== 'TaskRunImagePullFailed' && !isWaiting) return [];
  const pod = podName(metadata.name, retry);
  return (spec.steps ?? []).map((step, index) => {
    const container = stepContainerName(step.name, index);
    const name = container.replace(/^step-/, '');
    if (isWaiting) return { name, container, waiting: { reason, message } };
    const terminated = {
      exitCode: 1,
      reason,
      startedAt: timestamp(startedAt),
      finishedAt: timestamp(new Date()),
      message: `Step ${name} terminated as pod ${pod} is terminated`,
    };
    return { name, container, terminated, terminationReason: reason };
  });
}

/** As the webhook writes it: durations with all their units. */
function shownSpec(spec: TaskSpec): TaskSpec {
  const steps = spec.steps?.map((step) =>
    step.timeout === undefined
      ? step
      : { ...step, timeout: formatDuration(parseDuration(step.timeout, 'timeout')) },
  );
  return { ...spec, ...(steps && { steps }) };
}

/**
 * How a TaskRun ends for what kept it from running.
 *
 * @throws what is a bug of ours
 */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof RunEnded) return error.outcome;
  if (error instanceof BackendError)
    return { status: 'False', reason: error.reason, message: withHint(error) };
  if (error instanceof InvalidRunError)
    return { status: 'False', reason: error.reason, message: error.message };
  if (error instanceof UnsupportedError)
    return { status: 'False', reason: 'TaskRunValidationFailed', message: error.message };
  if (isSystemError(error)) return { status: 'False', reason: 'PodCreationFailed', message: error.message };
  throw error;
}

function withHint({ message, hint }: BackendError): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

/** A full disk, a missing permission: what the machine says, and no bug. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function finishedTaskRun(request: TaskRequest, attempts: readonly Attempt[], flags: FeatureFlags): TaskRun {
  const statuses = attempts.map((attempt) => statusOf(attempt, flags, request.sources));
  const last = statuses.at(-1) as TaskRunStatus;
  const { taskRef, spec, params, bindings, podTemplate, serviceAccountName, retries, timeout, debug } =
    request;
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: request.metadata,
    spec: {
      ...(params.length > 0 && { params }),
      ...(retries > 0 && { retries }),
      serviceAccountName,
      ...(debug && { debug }),
      ...(taskRef ? { taskRef } : { taskSpec: spec }),
      ...(podTemplate && { podTemplate }),
      timeout: formatDuration(timeout),
      ...(bindings.length > 0 && { workspaces: bindings }),
    },
    status: { ...last, ...(statuses.length > 1 && { retriesStatus: statuses.slice(0, -1) }) },
  };
}

function statusOf(attempt: Attempt, flags: FeatureFlags, { task, stepActions }: Sources): TaskRunStatus {
  const { outcome, startedAt, finishedAt, podName: pod, spec, results, artifacts, sidecars } = attempt;
  return {
    podName: pod,
    conditions: [conditionOf(outcome, finishedAt)],
    startTime: timestamp(startedAt),
    completionTime: timestamp(finishedAt),
    steps: attempt.steps.map((step, index) => {
      const refSource = stepActions.get(index);
      return refSource ? { ...step, provenance: { refSource } } : step;
    }),
    ...(sidecars.length > 0 && { sidecars }),
    ...(results.length > 0 && { results }),
    ...(artifacts && { artifacts }),
    taskSpec: shownSpec(spec),
    provenance: provenanceOf(flags, task),
  };
}
