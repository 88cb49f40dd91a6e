import { type Graph, graphOf, graphProblems } from '#lib/tekton/objects';
import type { PipelineTask } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';

/**
 * The order of a pipeline's tasks, from runAfter and from references to results
 * (pkg/reconciler/pipeline/dag/dag.go).
 *
 * @throws {InvalidRunError} `PipelineInvalidGraph` for a name used twice, an unknown task or a cycle
 */
export function buildGraph(tasks: readonly PipelineTask[]): Graph {
  const names = new Set<string>();
  for (const { name = '' } of tasks) {
    if (names.has(name))
      throw invalid(`task ${name} is already present in Graph, can't add it again: duplicate pipeline task`);
    names.add(name);
  }
  const graph = graphOf(tasks);
  const [problem] = graphProblems(graph);
  if (problem) throw invalid(problem.message);
  return graph;
}

function invalid(message: string): InvalidRunError {
  return new InvalidRunError(message, { path: 'spec.pipelineSpec.tasks', reason: 'PipelineInvalidGraph' });
}
