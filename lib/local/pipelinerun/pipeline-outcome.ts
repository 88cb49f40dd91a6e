import type { Outcome } from '../model/conditions.ts';
import {
  hasFailures,
  isFailed,
  isSuccessful,
  type PipelineState,
  skipReasons,
  type TaskState,
  type View,
} from './pipeline-state.ts';

/** How a PipelineRun stands, in Tekton's words (GetPipelineConditionStatus, pipelinerunstate.go). */
export function pipelineOutcome(state: PipelineState, view: View): Outcome {
  const { name, isOver, timeouts } = state;
  if (state.specStatus === 'Cancelled') return failed('Cancelled', `PipelineRun "${name}" was cancelled`);
  if (isOver.pipeline) {
    return failed(
      'PipelineRunTimeout',
      `PipelineRun "${name}" failed to finish within "${timeouts.pipeline}"`,
    );
  }
  const finals = state.tasks.filter(({ isFinally }) => isFinally);
  if (isOver.tasks && finals.every((task) => view.isDone(task.name))) {
    return failed(
      'PipelineRunTimeout',
      `PipelineRun "${name}" failed due to tasks failed to finish within "${timeouts.tasks}"`,
    );
  }
  const count = countTasks(state, view);
  return count.incomplete === 0 ? finalOutcome(state, count) : interimOutcome(state, view, count);
}

interface Count {
  succeeded: number;
  failed: number;
  ignored: number;
  cancelled: number;
  skipped: number;
  skippedForTime: number;
  invalid: number;
  incomplete: number;
}

function countTasks(state: PipelineState, view: View): Count {
  const count: Count = {
    succeeded: 0,
    failed: 0,
    ignored: 0,
    cancelled: 0,
    skipped: 0,
    skippedForTime: 0,
    invalid: 0,
    incomplete: 0,
  };
  for (const task of state.tasks) {
    const skipped = view.skipReason(task.name);
    if (isSuccessful(task)) count.succeeded++;
    else if (isFailed(task) && isCancelled(task) && task.children.some(({ isTimedOut }) => isTimedOut))
      count.failed++;
    else if (isFailed(task) && isCancelled(task)) count.cancelled++;
    else if (isFailed(task)) count[task.task.onError === 'continue' ? 'ignored' : 'failed']++;
    else if (state.invalid.has(task.name)) count.invalid++;
    else if (skipped !== undefined) count.skipped++;
    else count.incomplete++;
    if (skipped !== undefined && forTime.has(skipped)) count.skippedForTime++;
  }
  return count;
}

const forTime = new Set<string>([
  skipReasons.pipelineTimeout,
  skipReasons.tasksTimeout,
  skipReasons.finallyTimeout,
]);

function isCancelled({ children }: TaskState): boolean {
  return children.some(({ outcome }) => outcome.reason === 'TaskRunCancelled');
}

function finalOutcome(state: PipelineState, count: Count): Outcome {
  const message = completed(count) + invalidMessage(state);
  if (count.invalid > 0) return failed('PipelineValidationFailed', message);
  if (count.failed > 0 || count.skippedForTime > 0) return failed('Failed', message);
  if (state.specStatus !== undefined) return failed('Cancelled', `PipelineRun "${state.name}" was cancelled`);
  if (count.cancelled > 0) return failed('Cancelled', message);
  return { status: 'True', reason: count.skipped > 0 ? 'Completed' : 'Succeeded', message };
}

function completed(count: Count): string {
  const all = count.succeeded + count.failed + count.cancelled + count.ignored;
  const ignored = count.ignored > 0 ? ` (Ignored: ${count.ignored})` : '';
  return `Tasks Completed: ${all} (Failed: ${count.failed + count.ignored}${ignored}, Cancelled ${count.cancelled}), Skipped: ${count.skipped}`;
}

function invalidMessage({ invalid }: PipelineState): string {
  if (invalid.size === 0) return '';
  const errors = [...invalid.keys()]
    .sort()
    .map((name) => invalid.get(name))
    .join('; ');
  return `, Failed Validation: ${invalid.size} (${errors.length > 1024 ? `${errors.slice(0, 1024)}...` : errors})`;
}

function interimOutcome(state: PipelineState, view: View, count: Count): Outcome {
  const finals = state.tasks.filter(({ isFinally }) => isFinally);
  const areFinalsDone = finals.every(({ name }) => view.isDone(name));
  const all = count.succeeded + count.failed + count.cancelled + count.ignored;
  let reason = 'Running';
  if (state.isOver.tasks && finals.length > 0 && !areFinalsDone) reason = 'PipelineRunTimeoutRunningFinally';
  else if (state.specStatus === 'CancelledRunFinally') reason = 'CancelledRunningFinally';
  else if (state.specStatus === 'StoppedRunFinally') reason = 'StoppedRunningFinally';
  else if (count.cancelled > 0 || (count.failed > 0 && areFinalsDone)) reason = 'PipelineRunStopping';
  const message = `Tasks Completed: ${all} (Failed: ${count.failed}, Cancelled ${count.cancelled}), Incomplete: ${count.incomplete}, Skipped: ${count.skipped}`;
  return { status: 'Unknown', reason, message };
}

function failed(reason: string, message: string): Outcome {
  return { status: 'False', reason, message };
}

/** `tasks.<name>.status`, `.reason` and `tasks.status`, which finally tasks can read (GetPipelineTaskStatus). */
export function taskStatuses(state: PipelineState, view: View): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  const ordinary = state.tasks.filter(({ isFinally }) => !isFinally);
  for (const task of ordinary) {
    const status = isSuccessful(task) ? 'Succeeded' : hasFailures(task) ? 'Failed' : 'None';
    strings.set(`tasks.${task.name}.status`, status);
    strings.set(`tasks.${task.name}.reason`, reasonOf(task));
  }
  strings.set('tasks.status', aggregateStatus(ordinary, view));
  return strings;
}

function aggregateStatus(tasks: readonly TaskState[], view: View): string {
  if (!view.areTasksDone) return 'None';
  if (tasks.some(hasFailures)) return 'Failed';
  return tasks.some(({ name }) => view.skipReason(name) !== undefined) ? 'Completed' : 'Succeeded';
}

function reasonOf({ children }: TaskState): string {
  const unsuccessful = children.find(({ outcome }) => outcome.status !== 'True');
  return (unsuccessful ?? children[0])?.outcome.reason ?? '';
}
