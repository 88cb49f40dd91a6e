import type { TaskRunResult } from '../model/api.ts';
import type { FinishedChild, LiveChild } from '../pipelinerun/live-task.ts';

/** Nobody asks how it went: it counts as succeeded. */
export function standInChild(name: string, results: readonly TaskRunResult[]): LiveChild {
  const finished: FinishedChild = {
    outcome: { status: 'True', reason: 'Succeeded', message: '' },
    results,
    artifacts: undefined,
    taskRuns: [],
    pipelineRuns: [],
  };
  return { name, controller: new AbortController(), isTimedOut: false, finished };
}
