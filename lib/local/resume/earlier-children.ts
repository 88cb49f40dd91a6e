import type { StoredRun } from '#lib/runs';
import type { PipelineRun, TaskRun } from '../model/api.ts';
import type { FinishedChild, LiveChild } from '../pipelinerun/live-task.ts';
import type { PreparedTask } from '../prepare/prepared.ts';

/** The runs of a task that succeeded in an earlier run; undefined where it did not, or is another kind of task now. */
export function earlierChildren(earlier: StoredRun, task: PreparedTask): readonly LiveChild[] | undefined {
  const { status } = earlier.run ?? {};
  const references = (status && 'childReferences' in status ? status.childReferences : undefined) ?? [];
  const kind = task.isPipeline ? 'PipelineRun' : 'TaskRun';
  const own = references.filter((one) => one.pipelineTaskName === task.name && one.kind === kind);
  const children = own.flatMap(({ name = '' }) => {
    const finished = task.isPipeline ? pipelineChild(earlier, name) : taskChild(earlier, name);
    return finished?.outcome.status === 'True'
      ? [{ name, controller: new AbortController(), isTimedOut: false, finished }]
      : [];
  });
  return own.length > 0 && children.length === own.length ? children : undefined;
}

function taskChild({ taskRuns }: StoredRun, name: string): FinishedChild | undefined {
  const taskRun = taskRuns.find(({ metadata }) => metadata?.name === name);
  if (!taskRun) return undefined;
  return {
    outcome: outcomeOf(taskRun),
    results: taskRun.status?.results ?? [],
    artifacts: taskRun.status?.artifacts,
    taskRuns: [taskRun],
    pipelineRuns: [],
  };
}

function pipelineChild(earlier: StoredRun, name: string): FinishedChild | undefined {
  const own = earlier.pipelineRuns.find(({ metadata }) => metadata?.name === name);
  if (!own) return undefined;
  const { taskRuns, pipelineRuns } = earlier;
  const isBelow = (one: TaskRun | PipelineRun) => one.metadata?.name?.startsWith(`${name}-`);
  return {
    outcome: outcomeOf(own),
    results: [],
    artifacts: undefined,
    taskRuns: taskRuns.filter(isBelow),
    pipelineRuns: [own, ...pipelineRuns.filter(isBelow)],
  };
}

function outcomeOf({ status }: TaskRun | PipelineRun): FinishedChild['outcome'] {
  const condition = status?.conditions?.find(({ type }) => type === 'Succeeded');
  const { reason = '', message = '' } = condition ?? {};
  const value = condition?.status;
  return { status: value === 'True' || value === 'False' ? value : 'Unknown', reason, message };
}
