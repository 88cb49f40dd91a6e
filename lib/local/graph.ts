import { type Graph, graphOf, graphProblems } from '#lib/tekton/objects';
import type { PipelineTask } from './api.ts';
import { InvalidRunError } from './errors.ts';

/**
 * The order of a pipeline's tasks, from runAfter and from references to results
 * (pkg/reconciler/pipeline/dag/dag.go).
 *
 * @throws {InvalidRunError} `PipelineInvalidGraph` for a name used twice, an unknown task or a cycle
 */
export function buildGraph(tasks: readonly PipelineTask[]): Graph {
  const names = tasks.map(({ name = '' }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw invalid(`task ${twice} is already present in Graph, can't add it again: duplicate pipeline task`);
  const graph = graphOf(tasks);
  const [problem] = graphProblems(graph);
  if (problem) throw invalid(problem.message);
  return graph;
}

function invalid(message: string): InvalidRunError {
  return new InvalidRunError(message, { path: 'spec.pipelineSpec.tasks', reason: 'PipelineInvalidGraph' });
}
