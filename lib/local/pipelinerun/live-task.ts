import { isMatrixed } from '#lib/tekton/objects';
import type { Artifacts, PipelineRun, PipelineTask, TaskRun, TaskRunResult } from '../model/api.ts';
import type { Outcome } from '../model/conditions.ts';
import type { PreparedTask } from '../prepare/prepared.ts';
import { artifactReplacements, mergeArtifacts } from '../taskrun/artifacts.ts';
import { mergeReplacements, type Replacements, stringReplacements } from '../variables/substitute.ts';
import { substitutePipelineTask } from '../variables/substitute-pipeline.ts';
import {
  aggregateResults,
  type EndedResults,
  type ResultsByTask,
  resolveReferences,
} from './pipeline-results.ts';
import type { TaskState } from './pipeline-state.ts';

/** One pipeline task while its pipeline runs. */
export interface LiveTask {
  readonly prepared: PreparedTask;
  /** Grows when the task is started. */
  readonly children: LiveChild[];
}

export interface LiveChild {
  readonly name: string;
  readonly controller: AbortController;
  isTimedOut: boolean;
  finished: FinishedChild | undefined;
}

/** A TaskRun, or a PipelineRun with all below it, that has ended. */
export interface FinishedChild {
  readonly outcome: Outcome;
  readonly results: readonly TaskRunResult[];
  readonly artifacts: Artifacts | undefined;
  readonly taskRuns: readonly TaskRun[];
  readonly pipelineRuns: readonly PipelineRun[];
}

const running: Outcome = { status: 'Unknown', reason: 'Running', message: '' };

/** A pipeline task as the rules see it, with the results put in that there are by now. */
export function taskState(
  live: LiveTask,
  ended: EndedResults,
  statuses: ReadonlyMap<string, string>,
): TaskState {
  const { prepared } = live;
  const resolution = resolveReferences(prepared.task, ended);
  const replacements = prepared.isFinally
    ? mergeReplacements(resolution.replacements, stringReplacements(statuses))
    : resolution.replacements;
  const started = live.children.length > 0;
  return {
    name: prepared.name,
    isFinally: prepared.isFinally,
    task: substitutePipelineTask(prepared.task, replacements),
    children: live.children.map(({ name, finished, isTimedOut }) => ({
      name,
      outcome: finished?.outcome ?? running,
      isTimedOut,
    })),
    missing: started ? undefined : resolution.missing,
    outOfBounds: started ? undefined : resolution.outOfBounds,
  };
}

/** The results of the tasks that have ended, failed ones too. */
export function resultsOf(tasks: readonly LiveTask[]): EndedResults {
  const results = new Map<string, readonly TaskRunResult[]>();
  const firsts = new Map<string, readonly TaskRunResult[]>();
  const succeeded = new Set<string>();
  for (const { prepared, children } of tasks) {
    const ended = children.length > 0 && children.every(({ finished }) => finished !== undefined);
    // A pipeline in a pipeline gives no results.
    if (!ended || prepared.isPipeline) continue;
    const [first] = children.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    firsts.set(prepared.name, first?.finished?.results ?? []);
    const list = isMatrixed(prepared.task)
      ? aggregateResults(children.map(({ name, finished }) => ({ name, results: finished?.results ?? [] })))
      : (first?.finished?.results ?? []);
    results.set(prepared.name, list);
    if (children.every(({ finished }) => finished?.outcome.status === 'True')) succeeded.add(prepared.name);
  }
  return { results, firsts, succeeded };
}

/** What `$(tasks.<task>.outputs.<name>)` stands for in the body of an embedded task. */
export function artifactsOf(tasks: readonly LiveTask[]): Replacements {
  const strings = tasks.flatMap(({ prepared, children }) => {
    const all = children.flatMap(({ finished }) => finished?.artifacts ?? []);
    return all.length === 0 ? [] : [...artifactReplacements(prepared.name, mergeArtifacts(all))];
  });
  return stringReplacements(strings);
}

/** Variables of one pipeline task: its retries, and how many runs a matrix has (ApplyPipelineTaskContexts). */
export function contextReplacements(task: PipelineTask, tasks: readonly LiveTask[], results: ResultsByTask) {
  const strings = new Map([['context.pipelineTask.retries', String(task.retries ?? 0)]]);
  for (const { prepared, children } of tasks) {
    if (!isMatrixed(prepared.task)) continue;
    strings.set(`tasks.${prepared.name}.matrix.length`, String(children.length));
    for (const { name, value } of results.get(prepared.name) ?? []) {
      strings.set(`tasks.${prepared.name}.matrix.${name}.length`, String(value.length));
    }
  }
  return stringReplacements(strings);
}
