import type {
  Pipeline,
  PipelineRef,
  PipelineTask,
  StepAction,
  StepRef,
  Task,
  TaskRef,
  TaskSpec,
} from '../objects/api.gen.ts';
import { decode } from '../objects/structure.ts';
import { isCustomTask } from './pipeline-tasks.ts';

/** The objects that references lead to; what a lookup does not know is not checked. */
export interface KnownObjects {
  readonly tasks?: ((ref: TaskRef) => Task | undefined) | undefined;
  readonly pipelines?: ((ref: PipelineRef) => Pipeline | undefined) | undefined;
  readonly stepActions?: ((ref: StepRef) => StepAction | undefined) | undefined;
}

/** The spec of a pipeline task that is no custom task and no child pipeline, where it is known. */
export function taskSpecOf(task: PipelineTask, { tasks }: KnownObjects): TaskSpec | undefined {
  if (isCustomTask(task) || task.pipelineRef || task.pipelineSpec) return undefined;
  if (task.taskSpec) return task.taskSpec;
  return task.taskRef && lookUp(tasks, task.taskRef, 'Task')?.spec;
}

/** An object that somebody else wrote, decoded as the cluster would. */
export function lookUp<R, T>(
  find: ((ref: R) => T | undefined) | undefined,
  ref: R,
  structure: string,
): T | undefined {
  const found = find?.(ref);
  return found === undefined ? undefined : (decode(found, structure, '', { lenient: true }).value as T);
}
