import type { Param, PipelineRun, TaskRun } from '../model/api.ts';
import { conditionOf, type Outcome, timestamp } from '../model/conditions.ts';
import { provenanceOf } from '../taskrun/provenance.ts';
import { type LiveRun, observe } from './live-run.ts';
import { type FinishedChild, resultsOf } from './live-task.ts';
import { taskStatuses } from './pipeline-outcome.ts';
import { pipelineResults } from './pipeline-results.ts';
import { isSuccessful, type PipelineState, skipReasons, type View } from './pipeline-state.ts';

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
  const { results } = resultsOf(live.tasks);
  const given = pipelineResults(spec.results ?? [], results, allStatuses(state, view));
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
            .map(({ name }) => ({
              apiVersion: 'tekton.dev/v1',
              kind: task.prepared.isPipeline ? 'PipelineRun' : 'TaskRun',
              name,
              pipelineTaskName: task.prepared.name,
              ...displayNameOf(state, task.prepared.name),
              ...whenOf(state, task.prepared.name),
            })),
        ),
        ...skippedTasks(state, view),
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

function displayNameOf({ tasks }: PipelineState, name: string) {
  const displayName = tasks.find((task) => task.name === name)?.task.displayName;
  return displayName ? { displayName } : {};
}

function whenOf({ tasks }: PipelineState, name: string) {
  const when = tasks.find((task) => task.name === name)?.task.when ?? [];
  return when.length > 0 ? { whenExpressions: when } : {};
}

function skippedTasks(state: PipelineState, view: View) {
  const skipped = state.tasks.flatMap(({ name, isFinally }) => {
    const reason = view.skipReason(name);
    if (reason === undefined) return [];
    const showsWhen = !isFinally || reason === skipReasons.when;
    return [{ name, reason, ...(showsWhen && whenOf(state, name)) }];
  });
  return skipped.length > 0 ? { skippedTasks: skipped } : {};
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
