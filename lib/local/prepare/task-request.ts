import type {
  Debug,
  ObjectMeta,
  Param,
  PodTemplate,
  StepAction,
  TaskRef,
  TaskSpec,
  WorkspaceBinding,
} from '../model/api.ts';
import { childName } from '../model/names.ts';
import type { GivenResources } from '../pod/compute-resources.ts';
import type { Sources } from './prepared.ts';

/** A TaskRun that is to run, with all that it refers to. */
export interface TaskRequest {
  readonly metadata: ObjectMeta & { readonly name: string };
  /** The pipeline task's name, for events; that of the TaskRun where there is no pipeline. */
  readonly task: string;
  readonly taskRef: TaskRef | undefined;
  /** Empty for an embedded task. */
  readonly taskName: string;
  readonly spec: TaskSpec;
  /** What the steps with a `ref` stand for, by the step's index. */
  readonly stepActions: ReadonlyMap<number, StepAction>;
  readonly sources: Sources;
  readonly params: readonly Param[];
  /** Those of them that tell it from the other runs of its matrix. */
  readonly matrix?: readonly Param[];
  readonly bindings: readonly WorkspaceBinding[];
  readonly podTemplate: PodTemplate | undefined;
  readonly resources: GivenResources;
  readonly serviceAccountName: string;
  readonly retries: number;
  /** Milliseconds; 0 for none. */
  readonly timeout: number;
  readonly isFailureIgnored: boolean;
  readonly debug?: Debug | undefined;
  /** Why it is not to run at all: `spec.statusMessage` of one that is cancelled. */
  readonly cancelled?: string;
}

export function podName(taskRun: string, retry: number): string {
  return childName(taskRun, retry === 0 ? '-pod' : `-pod-retry${retry}`);
}
