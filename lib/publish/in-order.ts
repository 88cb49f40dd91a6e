import type { PipelineDefinition } from '#lib/tekton';

/**
 * Orders pipelines so that those that others run come first; a pipeline is a value made before its users, so that there
 * is no cycle.
 */
export function inOrder(pipelines: readonly PipelineDefinition[]): readonly PipelineDefinition[] {
  const ordered = new Set<PipelineDefinition>();
  const add = (pipeline: PipelineDefinition) => {
    for (const { target } of [...pipeline.tasks, ...pipeline.finally]) {
      const inner = pipelines.find((candidate) => candidate === (target as unknown));
      if (inner !== undefined) add(inner);
    }
    ordered.add(pipeline);
  };
  for (const pipeline of pipelines) add(pipeline);
  return [...ordered];
}
