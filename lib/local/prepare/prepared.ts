import type { Graph } from '#lib/tekton/objects';
import type {
  ObjectMeta,
  PipelineRun,
  PipelineSpec,
  PipelineTask,
  PodTemplate,
  RefSource,
  StepAction,
  TaskSpec,
  WorkspaceBinding,
} from '../model/api.ts';
import type { NamedMeta } from '../model/named-meta.ts';
import type { GivenResources } from '../pod/compute-resources.ts';

/** A PipelineRun with everything found that it refers to, checked, and its params put in. */
export interface PreparedPipeline {
  readonly run: PipelineRun & { readonly metadata: NamedMeta };
  /** Empty for an embedded pipeline. */
  readonly pipelineName: string;
  /** Where a resolver had it from. */
  readonly source: RefSource | undefined;
  readonly spec: PipelineSpec;
  readonly tasks: readonly PreparedTask[];
  readonly graph: Graph;
  readonly bindings: readonly WorkspaceBinding[];
  /** Milliseconds; 0 for none, undefined where the field was not given. */
  readonly timeouts: {
    readonly pipeline: number;
    readonly tasks: number | undefined;
    readonly finally: number | undefined;
  };
}

export interface PreparedTask {
  readonly name: string;
  readonly isFinally: boolean;
  readonly task: PipelineTask;
  readonly body: PreparedBody;
  /** Why the Task, which its `when` skips for certain, could not be looked at; the body is empty then. */
  readonly unseen: string | undefined;
  /** Runs a pipeline in place of a task; the body is empty then. */
  readonly isPipeline: boolean;
  readonly podTemplate: PodTemplate | undefined;
  readonly resources: GivenResources;
  readonly serviceAccountName: string;
  readonly metadata: ObjectMeta;
  /** Milliseconds; 0 for none. */
  readonly timeout: number;
}

/** What a pipeline task runs. */
export interface PreparedBody {
  /** Empty for an embedded task. */
  readonly taskName: string;
  readonly spec: TaskSpec;
  readonly metadata: ObjectMeta;
  /** What the steps with a `ref` stand for, by the step's index. */
  readonly stepActions: ReadonlyMap<number, StepAction>;
  readonly sources: Sources;
}

/** What resolvers gave, and where they had it from. */
export interface Sources {
  readonly task: RefSource | undefined;
  /** By the step's index. */
  readonly stepActions: ReadonlyMap<number, RefSource>;
}

export const noSources: Sources = { task: undefined, stepActions: new Map() };
