import { type Graph, hasEmptyParam, isMatrixed, resultRefs } from '#lib/tekton/objects';
import type { PipelineTask } from '../model/api.ts';
import type { Outcome } from '../model/conditions.ts';
import { allows } from '../variables/when.ts';

/** One TaskRun (or child PipelineRun) of a pipeline task. */
export interface ChildState {
  readonly name: string;
  /** Unknown while it runs. */
  readonly outcome: Outcome;
  /** Cancelled because the PipelineRun was out of time. */
  readonly isTimedOut: boolean;
}

export interface TaskState {
  readonly name: string;
  readonly isFinally: boolean;
  /** With all substituted that is known by now. */
  readonly task: PipelineTask;
  readonly children: readonly ChildState[];
  /** Why its references to results cannot be resolved, once all that it waits for is done. */
  readonly missing: MissingResult | undefined;
  /** An index beyond the end of a list of results, in Tekton's words. */
  readonly outOfBounds: string | undefined;
}

export interface MissingResult {
  /** The task that did not give the result. */
  readonly from: string;
  readonly message: string;
}

export type SpecStatus = 'Cancelled' | 'CancelledRunFinally' | 'StoppedRunFinally';

export interface PipelineState {
  readonly name: string;
  readonly tasks: readonly TaskState[];
  readonly graph: Graph;
  readonly specStatus: SpecStatus | undefined;
  /** Tasks that cannot start because a result is missing, with what is missing. */
  readonly invalid: ReadonlyMap<string, string>;
  readonly isOver: { readonly pipeline: boolean; readonly tasks: boolean; readonly finally: boolean };
  /** As Go prints them, for messages. */
  readonly timeouts: { readonly pipeline: string; readonly tasks: string };
}

/** In the words of `status.skippedTasks[].reason`. */
export const skipReasons = {
  stopping: 'PipelineRun was stopping',
  cancelled: 'PipelineRun was gracefully cancelled',
  stopped: 'PipelineRun was gracefully stopped',
  when: 'When Expressions evaluated to false',
  parents: 'Parent Tasks were skipped',
  results: 'Results were missing',
  pipelineTimeout: 'PipelineRun timeout has been reached',
  tasksTimeout: 'PipelineRun Tasks timeout has been reached',
  finallyTimeout: 'PipelineRun Finally timeout has been reached',
  emptyMatrix: 'Matrix Parameters have an empty array',
} as const;
export type SkipReason = (typeof skipReasons)[keyof typeof skipReasons];

/** What a state means: what is skipped and why, what is done, what may start. */
export interface View {
  readonly skipReason: (name: string) => SkipReason | undefined;
  readonly isDone: (name: string) => boolean;
  readonly areTasksDone: boolean;
  readonly isStopping: boolean;
  /** Names of tasks that may start now. */
  readonly next: readonly string[];
  readonly nextFinally: readonly string[];
}

export function isSuccessful({ children }: TaskState): boolean {
  return children.length > 0 && children.every(({ outcome }) => outcome.status === 'True');
}

export function isFailed({ children }: TaskState): boolean {
  return (
    children.length > 0 &&
    children.every(({ outcome }) => outcome.status !== 'Unknown') &&
    children.some(({ outcome }) => outcome.status === 'False')
  );
}

export function hasFailures({ children }: TaskState): boolean {
  return children.some(({ outcome }) => outcome.status === 'False');
}

export function isRunning(task: TaskState): boolean {
  return task.children.length > 0 && !isSuccessful(task) && !isFailed(task);
}

/** The rules of pkg/reconciler/pipelinerun/resources/pipelinerunresolution.go and pipelinerunstate.go. */
export function viewOf(state: PipelineState): View {
  const tasks = new Map(state.tasks.map((task) => [task.name, task]));
  const ordinary = state.tasks.filter(({ isFinally }) => !isFinally);
  const isInvalid = (name: string) => state.invalid.has(name);
  const isStopping = ordinary.some(
    (task) => (isFailed(task) || isInvalid(task.name)) && task.task.onError !== 'continue',
  );
  const skips = new Map<string, SkipReason | undefined>();

  const isDone = (name: string): boolean => {
    const task = tasks.get(name);
    return (
      task !== undefined &&
      (isSuccessful(task) || isFailed(task) || isInvalid(name) || skipReason(name) !== undefined)
    );
  };
  const areParentsDone = (name: string) => (state.graph.get(name) ?? []).every(isDone);

  const skipReason = (name: string): SkipReason | undefined => {
    if (!skips.has(name)) {
      const task = tasks.get(name);
      skips.set(name, task && (task.isFinally ? finallyReason(task) : ordinaryReason(task)));
    }
    return skips.get(name);
  };

  const ordinaryReason = (task: TaskState): SkipReason | undefined => {
    if (task.children.length > 0 || isInvalid(task.name)) return undefined;
    if (isStopping) return skipReasons.stopping;
    if (state.specStatus === 'CancelledRunFinally') return skipReasons.cancelled;
    if (state.specStatus === 'StoppedRunFinally') return skipReasons.stopped;
    const ready = areParentsDone(task.name);
    if (ready && !allows(task.task.when ?? [])) return skipReasons.when;
    if (hasSkippedParent(task.name)) return skipReasons.parents;
    if (ready && isMissingExcused(task)) return skipReasons.results;
    if (ready && state.isOver.pipeline) return skipReasons.pipelineTimeout;
    if (ready && state.isOver.tasks) return skipReasons.tasksTimeout;
    return emptyMatrix(task);
  };

  /** A parent that its own `when` skipped does not skip those that only come after it. */
  const hasSkippedParent = (name: string) =>
    (state.graph.get(name) ?? []).some((parent) => {
      const reason = skipReason(parent);
      return reason !== undefined && reason !== skipReasons.when;
    });

  const isMissingExcused = (task: TaskState) => {
    if (!task.missing || !refersToResults(task.task)) return false;
    return (
      task.isFinally || task.task.onError === 'continue' || skipReason(task.missing.from) === skipReasons.when
    );
  };

  const areTasksDone = ordinary.every(({ name }) => isDone(name));

  const finallyReason = (task: TaskState): SkipReason | undefined => {
    if (task.children.length > 0 || !areTasksDone) return undefined;
    if (isMissingExcused(task)) return skipReasons.results;
    if (!allows(task.task.when ?? [])) return skipReasons.when;
    if (state.isOver.pipeline) return skipReasons.pipelineTimeout;
    if (state.isOver.finally) return skipReasons.finallyTimeout;
    return emptyMatrix(task);
  };

  const startable = ({ name, children }: TaskState) =>
    children.length === 0 && !isInvalid(name) && skipReason(name) === undefined;
  const isHeld = isStopping || state.specStatus !== undefined;
  return {
    skipReason,
    isDone,
    areTasksDone,
    isStopping,
    next: isHeld ? [] : names(ordinary.filter((task) => startable(task) && areParentsDone(task.name))),
    nextFinally:
      areTasksDone && state.specStatus !== 'Cancelled'
        ? names(state.tasks.filter((task) => task.isFinally && startable(task)))
        : [],
  };
}

function emptyMatrix({ task }: TaskState): SkipReason | undefined {
  return isMatrixed(task) && hasEmptyParam(task.matrix) ? skipReasons.emptyMatrix : undefined;
}

/** Only params and when count here, as upstream has it (hasResultReferences). */
function refersToResults({ params = [], when = [] }: PipelineTask): boolean {
  return resultRefs({ params, when }).length > 0;
}

function names(tasks: readonly TaskState[]): readonly string[] {
  return tasks.map(({ name }) => name);
}
