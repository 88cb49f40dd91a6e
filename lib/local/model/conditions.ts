import type { TaskRunStatus } from './api.ts';

export type StatusCondition = NonNullable<TaskRunStatus['conditions']>[number];

export type ConditionStatus = 'True' | 'False' | 'Unknown';

export interface Outcome {
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
}

export function conditionOf({ status, reason, message }: Outcome, time = new Date()): StatusCondition {
  return { type: 'Succeeded', status, reason, message, lastTransitionTime: timestamp(time) };
}

/** As Kubernetes writes a time: whole seconds. */
export function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Why a TaskRun or a PipelineRun was ended from outside; the reason of an AbortSignal. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded';
  readonly outcome: Outcome;

  constructor(reason: string, message: string) {
    super(message);
    this.outcome = { status: 'False', reason, message };
  }
}
