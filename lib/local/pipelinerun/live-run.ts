import { formatDuration } from '#lib/tekton/objects';
import { RunEnded } from '../model/conditions.ts';
import type { NamedPipelineRun } from '../objects/choose-run.ts';
import type { PreparedPipeline } from '../prepare/prepared.ts';
import type { Engine } from '../taskrun/engine.ts';
import { type FinishedChild, type LiveTask, resultsOf, taskState } from './live-task.ts';
import { taskStatuses } from './pipeline-outcome.ts';
import { type PipelineState, type SpecStatus, type View, viewOf } from './pipeline-state.ts';

/** How a run can be ended from outside. */
export interface Control {
  /** Ends what runs, then runs the finally tasks (CancelledRunFinally). */
  readonly gracefulSignal?: AbortSignal | undefined;
  /** Ends everything (Cancelled). */
  readonly signal?: AbortSignal | undefined;
}

/** A pipeline while it runs: what changes, and nothing of what follows from it. */
export interface LiveRun {
  readonly prepared: PreparedPipeline;
  readonly engine: Engine;
  readonly control: Control;
  readonly startedAt: number;
  readonly tasks: readonly LiveTask[];
  /** Tasks that cannot start because a result is missing, with what is missing. */
  readonly invalid: Map<string, string>;
  finallyStartedAt: number | undefined;
  /** Runs a pipeline in the place of a task. */
  readonly runChildPipelineRun: (
    run: NamedPipelineRun,
    task: string,
    signal: AbortSignal,
  ) => Promise<FinishedChild>;
}

export interface Observation {
  readonly state: PipelineState;
  readonly view: View;
}

/** What the rules make of a run as it is now. */
export function observe(live: LiveRun): Observation {
  const { prepared, invalid } = live;
  const ended = resultsOf(live.tasks);
  const { pipeline, tasks } = prepared.timeouts;
  const make = (statuses: ReadonlyMap<string, string>): PipelineState => ({
    name: prepared.run.metadata.name,
    tasks: live.tasks.map((task) => taskState(task, ended, statuses)),
    graph: prepared.graph,
    specStatus: specStatus(live),
    invalid,
    isOver: isOver(live),
    timeouts: { pipeline: formatDuration(pipeline), tasks: formatDuration(tasks ?? 0) },
  });
  const plain = make(new Map());
  const view = viewOf(plain);
  if (!view.areTasksDone || !prepared.spec.finally?.length) return { state: plain, view };
  // Finally tasks can read how the others ended.
  const state = make(taskStatuses(plain, view));
  return { state, view: viewOf(state) };
}

/** Which limits of time are past. */
export function isOver({ prepared, startedAt, finallyStartedAt }: LiveRun): PipelineState['isOver'] {
  const { pipeline, tasks, finally: last } = prepared.timeouts;
  return {
    pipeline: isPast(pipeline, startedAt),
    tasks: isPast(tasks, startedAt),
    finally: isPast(last, finallyStartedAt),
  };
}

/** By whoever ends it from outside, else as the run itself says. */
export function specStatus({
  control,
  prepared,
}: {
  readonly control: Control;
  readonly prepared: Pick<PreparedPipeline, 'run'>;
}): SpecStatus | undefined {
  if (control.signal?.aborted) return 'Cancelled';
  if (control.gracefulSignal?.aborted) return 'CancelledRunFinally';
  const given = prepared.run.spec?.status;
  return specStatuses.find((one) => one === given);
}

const specStatuses = ['Cancelled', 'CancelledRunFinally', 'StoppedRunFinally'] as const;

function isPast(limit: number | undefined, from: number | undefined): boolean {
  return limit !== undefined && limit > 0 && from !== undefined && Date.now() - from >= limit;
}

/** Milliseconds until the next limit of time is reached, undefined where there is none. */
export function nextLimit({ prepared, startedAt, finallyStartedAt }: LiveRun): number | undefined {
  const { pipeline, tasks, finally: last } = prepared.timeouts;
  const left = [
    [pipeline, startedAt],
    [tasks, startedAt],
    [last, finallyStartedAt],
  ].flatMap(([limit, from]) => (limit && from !== undefined ? [from + limit - Date.now()] : []));
  const future = left.filter((milliseconds) => milliseconds > 0);
  return future.length === 0 ? undefined : Math.min(...future);
}

const CANCELLED = 'TaskRun cancelled as the PipelineRun it belongs to has been cancelled.';
const TIMED_OUT = 'TaskRun cancelled as the PipelineRun it belongs to has timed out.';

/** Ends what still runs of some tasks; that they end is seen later. */
export function endChildren(
  { tasks }: LiveRun,
  why: 'cancelled' | 'timed out',
  which: (task: LiveTask) => boolean = () => true,
): void {
  for (const child of tasks.filter(which).flatMap(({ children }) => children)) {
    if (child.finished || child.controller.signal.aborted) continue;
    child.isTimedOut = why === 'timed out';
    const message = `TaskRun "${child.name}" was cancelled. ${child.isTimedOut ? TIMED_OUT : CANCELLED}`;
    child.controller.abort(new RunEnded('TaskRunCancelled', message));
  }
}
