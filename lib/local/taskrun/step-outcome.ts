import type { Artifacts, StepState, TaskRunResult } from '../model/api.ts';
import { type Outcome, timestamp } from '../model/conditions.ts';

/** How one step of an attempt ended. */
export interface StepOutcome {
  readonly name: string;
  /** Such as `step-build`. */
  readonly container: string;
  readonly exitCode: number;
  /** Completed, Error or OOMKilled, or why the whole TaskRun was ended. */
  readonly reason: string;
  readonly terminationReason: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly imageId: string;
  readonly containerId: string;
  readonly message: string;
  readonly results: readonly TaskRunResult[];
  /** The task's results, as far as they were there at its end. */
  readonly taskResults: readonly TaskRunResult[];
  readonly artifacts: Artifacts | undefined;
  readonly taskArtifacts: Artifacts | undefined;
  /** A result that is too large for a log, in Tekton's words. */
  readonly oversized: string | undefined;
}

export interface SidecarOutcome {
  readonly name: string;
  readonly exitCode: number;
  readonly isStopped: boolean;
  readonly oomKilled: boolean;
}

/**
 * Why the containers made a TaskRun fail, undefined where they did not: out of memory before plain failures, a
 * sidecar before a step (getFailureInfo, pkg/pod/status.go).
 */
export function failureOf(
  steps: readonly StepOutcome[],
  sidecars: readonly SidecarOutcome[],
): Outcome | undefined {
  const failed = steps.filter(
    ({ exitCode, terminationReason, reason }) =>
      (exitCode !== 0 && terminationReason !== 'Continued') || reason === 'OOMKilled',
  );
  if (failed.length === 0) return undefined;
  const crashed = sidecars.filter(({ exitCode, isStopped }) => exitCode !== 0 && !isStopped);
  const sidecarOom = crashed.find(({ oomKilled }) => oomKilled);
  if (sidecarOom) return sidecarFailure('SidecarOOM', sidecarOom);
  const stepOom = failed.find(({ reason }) => reason === 'OOMKilled');
  if (stepOom) return stepFailure('StepOOM', stepOom);
  const [sidecar] = crashed;
  if (sidecar) return sidecarFailure('SidecarFailed', sidecar);
  const [step] = failed;
  return step && stepFailure('StepFailed', step);
}

function stepFailure(reason: string, step: StepOutcome): Outcome {
  const message =
    step.terminationReason === 'TimeoutExceeded'
      ? `"${step.container}" exited because the step exceeded the specified timeout limit`
      : `"${step.container}" exited with code ${step.exitCode}: ${step.reason}`;
  return { status: 'False', reason, message };
}

function sidecarFailure(reason: string, { name, exitCode, oomKilled }: SidecarOutcome): Outcome {
  return {
    status: 'False',
    reason,
    message: `"${name}" exited with code ${exitCode}: ${oomKilled ? 'OOMKilled' : 'Error'}`,
  };
}

export function stepState(step: StepOutcome): StepState {
  return {
    name: step.name,
    container: step.container,
    imageID: step.imageId,
    terminated: {
      exitCode: step.exitCode,
      reason: step.reason,
      startedAt: timestamp(step.startedAt),
      finishedAt: timestamp(step.finishedAt),
      ...(step.message === '' ? {} : { message: step.message }),
      ...(step.containerId === '' ? {} : { containerID: `podman://${step.containerId}` }),
    },
    ...(step.terminationReason !== '' && { terminationReason: step.terminationReason }),
    ...(step.results.length > 0 && { results: step.results }),
    ...(step.artifacts?.inputs?.length && { inputs: step.artifacts.inputs }),
    ...(step.artifacts?.outputs?.length && { outputs: step.artifacts.outputs }),
  };
}
