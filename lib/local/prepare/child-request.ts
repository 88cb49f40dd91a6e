import { randomUUID } from 'node:crypto';
import type { Param, PipelineTask } from '../model/api.ts';
import type { NamedPipelineRun } from '../objects/choose-run.ts';
import type { Replacements } from '../variables/substitute.ts';
import { substituteTask } from '../variables/substitute-task.ts';
import type { PreparedPipeline, PreparedTask } from './prepared.ts';
import { childMetadata } from './task-metadata.ts';
import type { TaskRequest } from './task-request.ts';
import { taskBindings } from './task-workspaces.ts';

interface Child {
  /** The name of the TaskRun. */
  readonly run: string;
  /** What reaches the body of an embedded task from outside. */
  readonly propagated: Replacements;
  /** Params of one combination of a matrix. */
  readonly params: readonly Param[];
}

/** The TaskRun of a pipeline task, whose fields have everything put in that is known by now. */
export function taskRequest(
  pipeline: PreparedPipeline,
  prepared: PreparedTask,
  task: PipelineTask,
  { run, propagated, params }: Child,
): TaskRequest {
  const { body, podTemplate, resources, serviceAccountName, timeout } = prepared;
  return {
    metadata: childMetadata(pipeline, prepared, run, randomUUID()),
    task: prepared.name,
    taskRef: task.taskRef,
    taskName: body.taskName,
    spec: substituteTask(body.spec, propagated),
    stepActions: body.stepActions,
    sources: body.sources,
    params: [...params, ...(task.params ?? [])],
    ...(params.length > 0 && { matrix: params }),
    bindings: taskBindings(pipeline, prepared, task),
    podTemplate,
    resources,
    serviceAccountName,
    retries: task.retries ?? 0,
    timeout,
    isFailureIgnored: task.onError === 'continue',
  };
}

/** The PipelineRun in the place of a task (createChildPipelineRun, pkg/reconciler/pipelinerun/pipelinerun.go). */
export function childPipelineRun(
  pipeline: PreparedPipeline,
  prepared: PreparedTask,
  task: PipelineTask,
  run: string,
): NamedPipelineRun {
  const { taskRunTemplate } = pipeline.run.spec ?? {};
  const { pipelineRef, pipelineSpec, params } = task;
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: childMetadata(pipeline, prepared, run, randomUUID()),
    spec: {
      ...(pipelineRef ? { pipelineRef } : { pipelineSpec }),
      ...(taskRunTemplate && { taskRunTemplate }),
      ...(params && { params }),
      workspaces: taskBindings(pipeline, prepared, task),
    },
  };
}
