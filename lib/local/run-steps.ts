import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step, TaskSpec } from './api.ts';
import type { BackendPod } from './backend.ts';
import { parseDuration } from './duration.ts';
import type { Engine } from './engine.ts';
import { mapImage } from './image-map.ts';
import { directoryInside } from './inside.ts';
import { hostMounts, makeDirectory } from './mount-paths.ts';
import { type Container, internal, type Pod } from './pod.ts';
import { readResults, stepResultReader } from './read-results.ts';
import { MESSAGE_TOO_LONG } from './results.ts';
import type { StepOutcome } from './step-outcome.ts';
import { stepOutput } from './step-output.ts';
import { substituteStepResult, substituteStepResults, substituteStepWhen } from './step-results.ts';
import type { Directory } from './volumes.ts';
import { allows } from './when.ts';

export interface StepsContext {
  readonly engine: Engine;
  /** The pipeline task's name, for events. */
  readonly task: string;
  readonly taskRun: string;
  readonly spec: TaskSpec;
  readonly pod: Pod;
  readonly backendPod: BackendPod;
  readonly directories: ReadonlyMap<string, Directory>;
  readonly imageIds: ReadonlyMap<string, string>;
  /** Ends the whole TaskRun: cancelled, or out of time. */
  readonly signal: AbortSignal;
}

/** Runs the steps of one attempt in order; after one that failed, the rest only say that they were skipped. */
export async function runSteps(context: StepsContext): Promise<readonly StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  let isStopped = false;
  for (const [index, container] of context.pod.steps.entries()) {
    context.signal.throwIfAborted();
    const step = context.spec.steps?.[index] ?? { name: '' };
    const outcome: StepOutcome = isStopped
      ? skippedOutcome(container, step, 1)
      : await runStep(step, index, container, context).catch((error: unknown) => {
          // What had ended before the whole was ended belongs to the status too.
          throw Object.assign(error as Error, { outcomes });
        });
    outcomes.push(outcome);
    isStopped ||=
      outcome.exitCode !== 0 &&
      outcome.terminationReason !== 'Continued' &&
      outcome.message !== MESSAGE_TOO_LONG;
  }
  return outcomes;
}

async function runStep(
  step: Step,
  index: number,
  container: Container,
  context: StepsContext,
): Promise<StepOutcome> {
  const { engine, task, taskRun, directories, signal } = context;
  const name = step.name || `unnamed-${index}`;
  const where = { task, taskRun, step: name };
  const read = stepResultReader(context.pod, directories);
  const when = await substituteStepWhen(step.when ?? [], read);
  if (!allows(when)) {
    await report(directories, index, '0');
    return { ...skippedOutcome(container, step, 0), reason: 'Completed' };
  }

  const mounts = await hostMounts(container, directories);
  if (container.workingDir !== undefined) await makeDirectory(container.workingDir, mounts);
  const output = await stepOutput(engine, where, step, mounts);
  const timeout = stepTimeout(step, signal);
  engine.emit({ type: 'step-start', ...where });
  let end: Awaited<ReturnType<BackendPod['run']>>;
  try {
    end = await context.backendPod.run(
      {
        name: container.name,
        image: mapImage(container.image, engine.imageMap),
        command: container.command && (await substituteStepResults(container.command, read)),
        args: await substituteStepResults(container.args ?? [], read),
        environment: await Promise.all(
          container.environment.map(async (variable) => ({
            ...variable,
            value: await substituteStepResult(variable.value, read),
          })),
        ),
        workingDir: container.workingDir,
        mounts,
        security: container.security,
        groups: groupsOf(context.pod),
      },
      output.write,
      timeout.signal,
    );
  } finally {
    timeout.clear();
    await output.end();
  }
  engine.clock.set(taskRun, context.pod.facts.name, container.name, {
    start: end.startedAt.getTime(),
    end: end.finishedAt.getTime(),
  });
  signal.throwIfAborted();

  const isTimedOut = timeout.isOver();
  const isContinued = !isTimedOut && end.exitCode !== 0 && step.onError === 'continue';
  await report(
    directories,
    index,
    isTimedOut || (end.exitCode !== 0 && !isContinued) ? undefined : String(end.exitCode),
  );
  const { isTooLong, ...given } = await readResults(context, index, {
    exitCode: isContinued ? end.exitCode : undefined,
  });
  if (isTooLong) engine.emit({ type: 'step-log', ...where, stream: 'stderr', text: MESSAGE_TOO_LONG });
  const exitCode = isTimedOut || isTooLong ? 1 : end.exitCode;
  const reason = end.oomKilled ? 'OOMKilled' : exitCode === 0 || isContinued ? 'Completed' : 'Error';
  const outcome: StepOutcome = {
    name,
    container: container.name,
    exitCode,
    reason,
    terminationReason: isTimedOut ? 'TimeoutExceeded' : isContinued && !isTooLong ? 'Continued' : reason,
    startedAt: end.startedAt,
    finishedAt: end.finishedAt,
    imageId: context.imageIds.get(container.image) ?? '',
    containerId: '',
    message: isTooLong ? MESSAGE_TOO_LONG : '',
    ...given,
  };
  const seconds = (end.finishedAt.getTime() - end.startedAt.getTime()) / 1_000;
  engine.emit({ type: 'step-end', ...where, exitCode, reason: outcome.terminationReason, seconds });
  return outcome;
}

function skippedOutcome(container: Container, step: Step, exitCode: 0 | 1): StepOutcome {
  const now = new Date();
  return {
    name: step.name || container.name.replace(/^step-/, ''),
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
  };
}

/** A step's own limit of time, on top of what ends the whole TaskRun. */
function stepTimeout(step: Step, outer: AbortSignal) {
  const limit = step.timeout === undefined ? 0 : parseDuration(step.timeout, `steps[${step.name}].timeout`);
  const controller = new AbortController();
  const end = () =>
    controller.abort(Object.assign(new Error('the step ran too long'), { name: 'StepTimeout' }));
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
  await writeFile(join(run, exitCode === undefined ? 'out.err' : 'out'), '', { flag: 'wx' }).catch(
    () => undefined,
  );
  if (exitCode === undefined) return;
  // A step may have put a link in place of the directory.
  const status = await directoryInside(run, 'status').catch(() => undefined);
  if (status !== undefined)
    await writeFile(join(status, 'exitCode'), exitCode, { flag: 'wx' }).catch(() => undefined);
}

function groupsOf({ template }: Pod): readonly number[] {
  const { fsGroup, supplementalGroups = [] } = template.securityContext ?? {};
  return [...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups];
}
