import {
  type Param,
  type PipelineTask,
  resultRefs,
  type TaskRun,
  type TaskRunResult,
} from '#lib/tekton/objects';
import type { PlannedTask, RunEvent } from '../events.ts';
import { makeLabels } from '../label.ts';
import type { StoredRun } from '../stored-run.ts';
import { findEvent } from './read-events.ts';

/** A run as a picture or a description needs it: made from its events, and from its status where that is there. */
export interface RunModel {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly tasks: readonly TaskModel[];
}

export type TaskStatus = 'Succeeded' | 'Failed' | 'Cancelled' | 'Running' | 'Waiting' | 'Skipped' | 'Reused';

/** A task of the pipeline; its runs are several where it has a matrix, is retried no more than one. */
export interface TaskModel {
  readonly name: string;
  readonly displayName: string;
  readonly isFinally: boolean;
  readonly after: readonly { readonly task: string; readonly results: readonly string[] }[];
  readonly status: TaskStatus;
  /** Why it was skipped, or where it was taken from. */
  readonly note: string;
  readonly runs: readonly TaskRunModel[];
}

export interface TaskRunModel {
  readonly taskRun: string;
  readonly label: string;
  readonly status: TaskStatus;
  readonly reason: string;
  readonly message: string;
  /** When all was done that it waited for. */
  readonly readyAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attempts: number;
  readonly steps: readonly StepModel[];
  readonly params: readonly Param[];
  readonly results: readonly TaskRunResult[];
}

export interface StepModel {
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Undefined while it runs, and where it was ended from outside. */
  readonly exitCode: number | undefined;
  readonly reason: string;
  /** The image that it ran, by digest where that is known; empty where nothing says. */
  readonly image: string;
}

/** Undefined where the run has not begun. */
export function runModel(
  { events, run, taskRuns }: Pick<StoredRun, 'events' | 'run' | 'taskRuns'>,
  now = Date.now(),
): RunModel | undefined {
  const start = findEvent(events, 'run-start');
  if (!start) return undefined;
  const end = findEvent(events, 'run-end');
  const startedAt = Date.parse(start.time);
  const endedAt = end ? Date.parse(end.time) : now;
  const children = taskRunModels(events, taskRuns, startedAt, endedAt, end !== undefined);
  const spec = run?.status && 'pipelineSpec' in run.status ? run.status.pipelineSpec : undefined;
  const specs = new Map([...(spec?.tasks ?? []), ...(spec?.finally ?? [])].map((task) => [task.name, task]));
  const tasks = start.tasks.map((task) => taskModel(task, specs.get(task.name), children, events));
  return { startedAt, endedAt, tasks: withReadiness(tasks, startedAt) };
}

function taskModel(
  { name, isFinally, after }: PlannedTask,
  spec: PipelineTask | undefined,
  children: ReadonlyMap<string, readonly TaskRunModel[]>,
  events: readonly RunEvent[],
): TaskModel {
  const references = spec ? resultRefs(spec) : [];
  const runs = Array.from(children).flatMap(([task, list]) =>
    task === name || task.startsWith(`${name}/`) ? list : [],
  );
  const skip = events.find((event) => event.type === 'task-skip' && event.task === name);
  const reuse = events.find((event) => event.type === 'task-reuse' && event.task === name);
  return {
    name,
    displayName: spec?.displayName ?? '',
    isFinally,
    after: after.map((task) => ({
      task,
      results: [
        ...new Set(
          references.filter(({ pipelineTask }) => pipelineTask === task).map(({ result }) => result),
        ),
      ],
    })),
    status: skip ? 'Skipped' : reuse ? 'Reused' : worst(runs.map(({ status }) => status)),
    note: skip?.type === 'task-skip' ? skip.reason : reuse?.type === 'task-reuse' ? reuse.why : '',
    runs,
  };
}

const order: readonly TaskStatus[] = ['Running', 'Failed', 'Cancelled', 'Succeeded'];

function worst(statuses: readonly TaskStatus[]): TaskStatus {
  return order.find((status) => statuses.includes(status)) ?? 'Waiting';
}

/** TaskRuns by the name of their task, `outer/inner` for those of a pipeline in a pipeline. */
function taskRunModels(
  events: readonly RunEvent[],
  taskRuns: readonly TaskRun[],
  runStart: number,
  now: number,
  isOver: boolean,
): ReadonlyMap<string, readonly TaskRunModel[]> {
  const known = new Map(taskRuns.map((one) => [one.metadata?.name, one]));
  const byRun = new Map<string, RunEvent[]>();
  for (const event of events) {
    if (!('taskRun' in event)) continue;
    const list = byRun.get(event.taskRun) ?? [];
    byRun.set(event.taskRun, list);
    list.push(event);
  }
  const models = new Map<string, TaskRunModel[]>();
  const labels = makeLabels(events);
  for (const [taskRun, list] of byRun) {
    const first = findEvent(list, 'task-start');
    if (!first) continue;
    const end = findEvent(list, 'task-end');
    const siblings = models.get(first.task) ?? [];
    models.set(first.task, siblings);
    siblings.push({
      taskRun,
      label: labels.of(first),
      status: end?.status ?? (isOver ? 'Cancelled' : 'Running'),
      reason: end?.reason ?? (isOver ? '' : 'Running'),
      message: end?.message ?? '',
      readyAt: runStart,
      startedAt: Date.parse(first.time),
      endedAt: end ? Date.parse(end.time) : now,
      attempts: list.filter(({ type }) => type === 'task-start').length,
      steps: stepModels(list, end ? Date.parse(end.time) : now, known.get(taskRun)),
      params: known.get(taskRun)?.spec?.params ?? [],
      results: end?.results ?? [],
    });
  }
  return models;
}

function stepModels(
  events: readonly RunEvent[],
  now: number,
  taskRun: TaskRun | undefined,
): readonly StepModel[] {
  const images = new Map((taskRun?.status?.steps ?? []).map(({ name, imageID }) => [name, imageID ?? '']));
  return events.flatMap((event, index): readonly StepModel[] => {
    if (event.type !== 'step-start') return [];
    const later = events.slice(index + 1);
    // A step may be tried again: the first end after this start is its own.
    const end = later.find((other) => other.type === 'step-end' && other.step === event.step);
    const next = later.find(({ type }) => type === 'task-retry' || type === 'step-start');
    const isOwn = end?.type === 'step-end' && (!next || end.time <= next.time);
    const endedAt = isOwn ? Date.parse(end.time) : next ? Date.parse(next.time) : now;
    return [
      {
        name: event.step,
        startedAt: Date.parse(event.time),
        endedAt,
        exitCode: isOwn ? end.exitCode : undefined,
        reason: isOwn ? end.reason : '',
        image: images.get(event.step) ?? '',
      },
    ];
  });
}

/** A task could start when the last of those before it was over; finally tasks wait for all others. */
function withReadiness(tasks: readonly TaskModel[], startedAt: number): readonly TaskModel[] {
  const ends = new Map(
    tasks.map(({ name, runs }) => [name, Math.max(startedAt, ...runs.map(({ endedAt }) => endedAt))]),
  );
  const ordinary = tasks.filter(({ isFinally }) => !isFinally).map(({ name }) => name);
  return tasks.map((task) => {
    const before = task.isFinally ? ordinary : task.after.map((one) => one.task);
    const ready = Math.max(startedAt, ...before.map((name) => ends.get(name) ?? startedAt));
    return {
      ...task,
      runs: task.runs.map((run) => ({ ...run, readyAt: Math.min(ready, run.startedAt) })),
    };
  });
}
