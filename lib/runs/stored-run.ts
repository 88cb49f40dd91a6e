import type { PipelineRun, TaskRun } from '#lib/tekton/objects';
import type { RunEvent, RunStatus } from './events.ts';

/** A kept run at a glance. */
export interface RunSummary {
  /** That of its directory: two runs of one name have a number after it. */
  readonly name: string;
  readonly kind: 'PipelineRun' | 'TaskRun';
  /** Empty where the run has its own, and for a TaskRun. */
  readonly pipeline: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** `Interrupted` where the engine was killed. */
  readonly status: RunStatus | 'Running' | 'Interrupted';
  readonly reason: string;
  readonly message: string;
  readonly directory: string;
  /** The tasks that failed, as people call them. */
  readonly failed: readonly string[];
}

/** A kept run with all that is known of it. */
export interface StoredRun {
  readonly summary: RunSummary;
  readonly events: readonly RunEvent[];
  /** With its status; undefined until the run has ended. */
  readonly run: PipelineRun | TaskRun | undefined;
  readonly taskRuns: readonly TaskRun[];
  /** Pipelines in the place of tasks. */
  readonly pipelineRuns: readonly PipelineRun[];
  /** The command line by which it was asked for; undefined where nobody said. */
  readonly command?: string | undefined;
}
