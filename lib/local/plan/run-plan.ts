import type { Param, Sidecar, Step, WhenExpression, WorkspaceBinding } from '../model/api.ts';

/** What a run would do, as far as it is known before anything has run. */
export interface RunPlan {
  readonly run: string;
  readonly kind: 'PipelineRun' | 'TaskRun';
  /** Pipeline of a PipelineRun; the run's own name for an embedded one. */
  readonly pipeline?: string;
  /** The run whose results are taken. */
  readonly earlier?: string;
  readonly params?: readonly Param[];
  /** In the order in which they would start. */
  readonly tasks: readonly TaskPlan[];
}

export interface TaskPlan {
  readonly name: string;
  readonly finally?: true;
  /** `undecided`: whether it runs depends on results of others, by its `when`. */
  readonly state: 'runs' | 'skipped' | 'reused' | 'undecided';
  /** Why it does not run: in Tekton's words for a skipped one. */
  readonly reason?: string;
  /** Why its Task is not known, which no run needs here and a cluster would. */
  readonly unseen?: string;
  readonly after?: readonly string[];
  readonly when?: readonly WhenExpression[];
  /** The references that stay as they are written until others have run. */
  readonly open?: readonly string[];
  /** More than one for a matrix; one with the matrix as it is written where it depends on results. */
  readonly taskRuns?: readonly TaskRunPlan[];
  /** A pipeline in the place of the task, and what it would do where its params are known. */
  readonly plan?: RunPlan;
}

export interface TaskRunPlan {
  readonly name: string;
  /** Name of the Task that is referred to. */
  readonly task?: string;
  readonly params?: readonly Param[];
  readonly workspaces?: readonly WorkspaceBinding[];
  readonly serviceAccountName: string;
  readonly retries?: number;
  readonly timeout: string;
  readonly steps: readonly ContainerPlan<Step>[];
  readonly sidecars?: readonly ContainerPlan<Sidecar>[];
}

/** With what stands for its image on this machine, where that is something else. */
export type ContainerPlan<C> = C & { readonly mappedTo?: string };
