import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryInside } from '../files/inside.ts';
import type { Debug, Step, TaskSpec } from '../model/api.ts';
import { parseDuration } from '../model/duration.ts';
import { type BackendPod, type ContainerEnd, type ContainerRequest, StepTimeout } from '../pod/backend.ts';
import { mapImage } from '../pod/image-map.ts';
import { hostMounts, makeDirectory } from '../pod/mount-paths.ts';
import { type Container, internal, type Pod } from '../pod/pod.ts';
import type { Directory } from '../pod/volumes.ts';
import { allows } from '../variables/when.ts';
import type { Engine } from './engine.ts';
import { fillStep } from './fill-step.ts';
import type { PodImages } from './pod-images.ts';
import { readResults, stepResultReader } from './read-results.ts';
import { MESSAGE_TOO_LONG } from './results.ts';
import { runContainer, type StopContext } from './run-container.ts';
import type { StepOutcome } from './step-outcome.ts';
import { type StepOutput, stepOutput } from './step-output.ts';
import { substituteStepWhen } from './step-results.ts';

export interface StepsContext {
  readonly engine: Engine;
  /** The pipeline task's name, for events. */
  readonly task: string;
  readonly taskRun: string;
  readonly spec: TaskSpec;
  readonly pod: Pod;
  readonly backendPod: BackendPod;
  readonly directories: ReadonlyMap<string, Directory>;
  readonly images: PodImages;
  /** `spec.debug` of the TaskRun. */
  readonly debug: Debug | undefined;
  /** Ends the whole TaskRun: cancelled, or out of time. */
  readonly signal: AbortSignal;
}

/**
 * Runs the steps of one attempt in order, and gives each outcome as it comes: where the whole is ended, those that had
 * come belong to the status, too. After a step that failed, the rest only say that they were skipped.
 */
export async function* runSteps(context: StepsContext): AsyncGenerator<StepOutcome, void> {
  let isStopped = false;
  for (const [index, container] of context.pod.steps.entries()) {
    context.signal.throwIfAborted();
    const step = context.spec.steps?.[index] ?? { name: '' };
    const outcome: StepOutcome = isStopped
      ? skipped(container, step, index, 1, context)
      : await runStep(step, index, container, context);
    yield outcome;
    isStopped ||= stopsOthers(outcome);
  }
}

/** A step whose results were too large fails, but had told the next one to go on. */
function stopsOthers({ exitCode, terminationReason, message }: StepOutcome): boolean {
  return exitCode !== 0 && terminationReason !== 'Continued' && message !== MESSAGE_TOO_LONG;
}

async function runStep(
  step: Step,
  index: number,
  container: Container,
  context: StepsContext,
): Promise<StepOutcome> {
  const { engine, task, taskRun, pod, directories, signal } = context;
  const where = { task, taskRun, step: step.name || `unnamed-${index}` };
  const when = await substituteStepWhen(step.when ?? [], stepResultReader(pod, directories));
  if (!allows(when)) {
    await report(directories, index, '0');
    return skipped(container, step, index, 0, context);
  }
  if (step.when !== undefined) await context.images.inspect(container, signal);
  const mounts = await hostMounts(container, directories);
  if (container.workingDir !== undefined) await makeDirectory(container.workingDir, mounts);
  const request = {
    name: container.name,
    image: mapImage(container.image, engine.imageMap),
    ...(await fillStep(container, index, pod, directories)),
    workingDir: container.workingDir,
    mounts,
    security: container.security,
    limits: container.limits,
    groups: groupsOf(pod),
  };
  const output = await stepOutput(engine, where, step, mounts);
  engine.emit({ type: 'step-start', ...where });
  const limit = stepTimeout(step, signal);
  // Beside the pod's volumes, of which this one is always there.
  const directory = join(directories.get(internal.run)?.path ?? '', '..');
  const end = await untilEnd({ ...context, directory }, where, request, output, limit);
  engine.clock.set(taskRun, pod.facts.name, container.name, {
    start: end.startedAt.getTime(),
    end: end.finishedAt.getTime(),
  });
  signal.throwIfAborted();
  const outcome = await outcomeOf(end, limit.isOver(), step, index, container, context);
  if (outcome.message === MESSAGE_TOO_LONG) {
    engine.emit({ type: 'step-log', ...where, stream: 'stderr', text: MESSAGE_TOO_LONG });
  }
  const seconds = (end.finishedAt.getTime() - end.startedAt.getTime()) / 1_000;
  const { exitCode, terminationReason: reason } = outcome;
  engine.emit({ type: 'step-end', ...where, exitCode, reason, seconds });
  return outcome;
}

async function untilEnd(
  context: StopContext,
  where: Parameters<typeof runContainer>[1],
  request: ContainerRequest,
  output: StepOutput,
  limit: StepLimit,
): Promise<ContainerEnd> {
  try {
    return await runContainer(context, where, request, output, limit.signal);
  } finally {
    limit.clear();
    await output.end();
  }
}

async function outcomeOf(
  end: ContainerEnd,
  isTimedOut: boolean,
  step: Step,
  index: number,
  container: Container,
  context: StepsContext,
): Promise<StepOutcome> {
  // Only what a program says of itself may be ignored (exec.ExitError, entrypointer.go).
  const isContinued =
    !isTimedOut && end.exitCode !== 0 && end.isMissing !== true && step.onError === 'continue';
  const isFailed = isTimedOut || (end.exitCode !== 0 && !isContinued);
  await report(context.directories, index, isFailed ? undefined : String(end.exitCode));
  const { isTooLong, ...given } = await readResults(
    context,
    index,
    { exitCode: isContinued ? end.exitCode : undefined },
    context.engine.flags,
  );
  const exitCode = isTimedOut || isTooLong ? 1 : end.exitCode;
  // At its timeout it is killed, too.
  const reason =
    end.oomKilled && !isTimedOut
      ? 'OOMKilled'
      : exitCode === 0 || (isContinued && !isTooLong)
        ? 'Completed'
        : 'Error';
  return {
    name: nameOf(container, step),
    container: container.name,
    exitCode,
    reason,
    terminationReason: terminationReasonOf(reason, { isTimedOut, isContinued: isContinued && !isTooLong }),
    startedAt: end.startedAt,
    finishedAt: end.finishedAt,
    imageId: context.images.idOf(container),
    containerId: end.id,
    message: isTooLong ? MESSAGE_TOO_LONG : '',
    ...given,
  };
}

/**
 * Where the kernel ended a step for its memory, it ended the entrypoint, too, and nobody has written one. That a
 * program was killed, conmon takes for that where a step has a limit (cgroups v1): `onError` holds for it all the same.
 */
function terminationReasonOf(
  reason: string,
  { isTimedOut, isContinued }: { readonly isTimedOut: boolean; readonly isContinued: boolean },
): string {
  if (isTimedOut) return 'TimeoutExceeded';
  if (isContinued) return 'Continued';
  return reason === 'OOMKilled' ? '' : reason;
}

function nameOf(container: Container, step: Step): string {
  return step.name || container.name.replace(/^step-/, '');
}

/** In the words of the entrypoint, which leaves them in the log. */
function skipped(
  container: Container,
  step: Step,
  index: number,
  exitCode: 0 | 1,
  { engine, task, taskRun }: StepsContext,
): StepOutcome {
  const text =
    exitCode === 0
      ? 'Step was skipped due to when expressions were evaluated to false.'
      : 'Skipping step because a previous step failed';
  const where = { task, taskRun, step: step.name || `unnamed-${index}` };
  engine.emit({ type: 'step-log', ...where, stream: 'stderr', text });
  return skippedOutcome(container, step, exitCode);
}

/** Exit code 0 for a step that its own `when` skipped, 1 for one after a failure. */
function skippedOutcome(container: Container, step: Step, exitCode: 0 | 1): StepOutcome {
  const now = new Date();
  return {
    name: nameOf(container, step),
    container: container.name,
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    terminationReason: 'Skipped',
    startedAt: now,
    finishedAt: now,
    imageId: '',
    containerId: '',
    message: '',
    results: [],
    taskResults: [],
    artifacts: undefined,
    taskArtifacts: undefined,
    oversized: undefined,
  };
}

interface StepLimit {
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly clear: () => void;
}

/** A step's own limit of time, on top of what ends the whole TaskRun. */
function stepTimeout(step: Step, outer: AbortSignal): StepLimit {
  const limit = step.timeout === undefined ? 0 : parseDuration(step.timeout, `steps[${step.name}].timeout`);
  const controller = new AbortController();
  const end = () => controller.abort(new StepTimeout('the step ran too long'));
  const timer = limit > 0 ? setTimeout(end, limit) : undefined;
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    isOver: () => controller.signal.aborted,
    clear: () => clearTimeout(timer),
  };
}

/** What later steps and `$(steps.x.exitCode.path)` read; a step that failed leaves no exit code. */
async function report(
  directories: ReadonlyMap<string, Directory>,
  index: number,
  exitCode: string | undefined,
): Promise<void> {
  const run = join(directories.get(internal.run)?.path ?? '', String(index));
  await leave(join(run, exitCode === undefined ? 'out.err' : 'out'), '');
  if (exitCode === undefined) return;
  // A step may have put a link in place of the directory.
  const status = await directoryInside(run, 'status').catch(() => undefined);
  if (status !== undefined) await leave(join(status, 'exitCode'), exitCode);
}

/** For later steps to read, whoever they run as and whatever our umask is. */
async function leave(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o644).catch(() => undefined);
  try {
    await file?.writeFile(content);
    await file?.chmod(0o644);
  } finally {
    await file?.close();
  }
}

function groupsOf({ template }: Pod): readonly number[] {
  const { fsGroup, supplementalGroups = [] } = template.securityContext ?? {};
  return [...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups];
}
