import type { NamedMeta } from '../model/named-meta.ts';
import type { PreparedPipeline, PreparedTask } from './prepared.ts';

/** Name, labels and annotations of a TaskRun (combineTaskRunAndTaskSpecLabels, pkg/reconciler/pipelinerun/pipelinerun.go). */
export function childMetadata(
  { run, pipelineName }: PreparedPipeline,
  { name, isFinally, body, metadata }: PreparedTask,
  taskRun: string,
  uid: string,
): NamedMeta {
  return {
    name: taskRun,
    namespace: run.metadata.namespace,
    uid,
    creationTimestamp: `${new Date().toISOString().slice(0, 19)}Z`,
    labels: {
      ...body.metadata.labels,
      ...run.metadata.labels,
      ...metadata.labels,
      'tekton.dev/pipeline': pipelineName,
      'tekton.dev/pipelineRun': run.metadata.name,
      'tekton.dev/pipelineRunUID': run.metadata.uid,
      'tekton.dev/pipelineTask': name,
      'tekton.dev/memberOf': isFinally ? 'finally' : 'tasks',
      ...(body.taskName !== '' && { 'tekton.dev/task': body.taskName }),
      'app.kubernetes.io/managed-by': 'tekton-pipelines',
    },
    annotations: { ...body.metadata.annotations, ...run.metadata.annotations, ...metadata.annotations },
  };
}
