import type { Param, PipelineRun, TaskRun } from '../model/api.ts';
import { conditionOf, type Outcome, timestamp } from '../model/conditions.ts';
import { provenanceOf } from '../taskrun/provenance.ts';
import { type LiveRun, observe } from './live-run.ts';
import { type FinishedChild, resultsOf, taskState } from './live-task.ts';
import { taskStatuses } from './pipeline-outcome.ts';
import { pipelineResults } from './pipeline-results.ts';
import {
  isSuccessful,
  type PipelineState,
  type SkipReason,
  skipReasons,
  type TaskState,
  type View,
} from './pipeline-state.ts';
import { shownName } from './shown-name.ts';

/** A run at its end. */
export interface Finished {
  readonly outcome: Outcome;
  readonly results: readonly Param[];
  readonly run: PipelineRun | TaskRun;
  readonly taskRuns: readonly TaskRun[];
  /** Pipelines in the place of tasks, at any depth. */
  readonly pipelineRuns: readonly PipelineRun[];
}

/** The PipelineRun with its status, and its results. */
export function finishPipeline(live: LiveRun, ended: Outcome): Finished {
  const { prepared, startedAt, finallyStartedAt } = live;
  const { run, spec } = prepared;
  const { state, view } = observe(live);
  const finishedAt = new Date();
  const all = resultsOf(live.tasks);
  const given = pipelineResults(spec.results ?? [], all.results, allStatuses(state, view));
  const outcome = given.problem === undefined ? ended : withoutResult(run.metadata.name, given.problem);
  const children = live.tasks.flatMap((task) => task.children);
  return {
    outcome,
    results: given.results,
    taskRuns: children.flatMap(({ finished }) => finished?.taskRuns ?? []),
    pipelineRuns: children.flatMap(({ finished }) => finished?.pipelineRuns ?? []),
    run: {
      ...run,
      status: {
        conditions: [conditionOf(outcome, finishedAt)],
        startTime: timestamp(new Date(startedAt)),
        completionTime: timestamp(finishedAt),
        ...(finallyStartedAt !== undefined && { finallyStartTime: timestamp(new Date(finallyStartedAt)) }),
        childReferences: live.tasks.flatMap((task) =>
          // A stand-in for a task that was not asked for is no run.
          task.children
            .filter(({ name, finished }) => name !== '' && finished !== undefined && isRun(finished))
            .map(({ name, finished }) => ({
              apiVersion: 'tekton.dev/v1',
              kind: task.prepared.isPipeline ? 'PipelineRun' : 'TaskRun',
              name,
              pipelineTaskName: task.prepared.name,
              ...shownName(stateOf(state, task.prepared.name)?.task, paramsOf(finished)),
              // What finally tasks read of others' statuses stays as it is written.
              ...whenOf(taskState(task, all, new Map())),
            })),
        ),
        ...skippedTasks(live, state, view),
        ...(given.results.length > 0 && { results: given.results }),
        pipelineSpec: spec,
        provenance: provenanceOf(live.engine.flags, live.prepared.source),
      },
    },
  };
}

function withoutResult(name: string, problem: string): Outcome {
  return {
    status: 'False',
    reason: 'CouldntGetPipelineResult',
    message: `Failed to get PipelineResult from TaskRun Results for PipelineRun ${name}: ${problem}`,
  };
}

function isRun({ taskRuns, pipelineRuns }: FinishedChild): boolean {
  return taskRuns.length + pipelineRuns.length > 0;
}

function stateOf({ tasks }: PipelineState, name: string): TaskState | undefined {
  return tasks.find((task) => task.name === name);
}

function paramsOf(finished: FinishedChild | undefined): readonly Param[] {
  return finished?.taskRuns[0]?.spec?.params ?? finished?.pipelineRuns[0]?.spec?.params ?? [];
}

function whenOf({ task }: Pick<TaskState, 'task'>) {
  const { when = [] } = task;
  return when.length > 0 ? { whenExpressions: when } : {};
}

function skippedTasks(live: LiveRun, state: PipelineState, view: View) {
  const skipped = state.tasks.flatMap((task) => {
    const reason = ranAndSkipped(live, task, view) ?? view.skipReason(task.name);
    if (reason === undefined || isUntold(reason, task, state)) return [];
    const showsWhen = !task.isFinally || reason === skipReasons.when;
    return [{ name: task.name, reason, ...(showsWhen && whenOf(task)) }];
  });
  return skipped.length > 0 ? { skippedTasks: skipped } : {};
}

/** After a failure upstream also lists pipelines that did run: it asks TaskRuns alone whether a task has begun. */
function ranAndSkipped({ tasks }: LiveRun, { name, children }: TaskState, { isStopping }: View) {
  const isPipeline = tasks.find(({ prepared }) => prepared.name === name)?.prepared.isPipeline;
  return isPipeline && isStopping && children.length > 0 ? skipReasons.stopping : undefined;
}

/**
 * A run that is cancelled, or out of time, is over before the controller looks at what follows from that: only what was
 * skipped before is told.
 */
function isUntold(
  reason: SkipReason,
  { isFinally }: TaskState,
  { tasks, specStatus, isOver }: PipelineState,
): boolean {
  if (specStatus !== 'Cancelled' && !isOver.pipeline) return false;
  if (isFinally || reason === skipReasons.pipelineTimeout) return true;
  const failedBefore = tasks.some(({ children }) =>
    children.some(({ outcome }) => outcome.status === 'False' && outcome.reason !== 'TaskRunCancelled'),
  );
  return reason === skipReasons.stopping && !failedBefore;
}

/** Finally tasks count too where a pipeline result asks whether its task had succeeded. */
function allStatuses(state: PipelineState, view: View): ReadonlyMap<string, string> {
  const finals = state.tasks.filter(({ isFinally }) => isFinally);
  return new Map([
    ...taskStatuses(state, view),
    ...finals.map(
      (task) => [`tasks.${task.name}.status`, isSuccessful(task) ? 'Succeeded' : 'None'] as const,
    ),
  ]);
}
