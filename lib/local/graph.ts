import type { PipelineTask } from './api.ts';
import { InvalidRunError } from './errors.ts';
import { resultReferences } from './references.ts';

/** The names of the tasks that each task waits for. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * The order of a pipeline's tasks, from runAfter and from references to results
 * (pkg/reconciler/pipeline/dag/dag.go).
 *
 * @throws {InvalidRunError} `PipelineInvalidGraph` for a name used twice, an unknown task or a cycle
 */
export function buildGraph(tasks: readonly PipelineTask[]): Graph {
  const graph = new Map<string, readonly string[]>();
  for (const task of tasks) {
    const name = task.name ?? '';
    if (graph.has(name))
      throw invalid(`task ${name} is already present in Graph, can't add it again: duplicate pipeline task`);
    graph.set(name, dependencies(task));
  }
  findCycle(graph);
  for (const [name, parents] of graph) {
    for (const parent of parents) {
      if (graph.has(parent)) continue;
      throw invalid(
        `couldn't add link between ${name} and ${parent}: task ${name} depends on ${parent} but ${parent} wasn't present in Pipeline`,
      );
    }
  }
  return graph;
}

export function dependencies(task: PipelineTask): readonly string[] {
  const parents = [
    ...resultReferences(task).map(({ pipelineTask }) => pipelineTask),
    ...(task.runAfter ?? []),
  ];
  return [...new Set(parents)].sort();
}

function findCycle(graph: Graph): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (done.has(name)) return;
    if (path.includes(name))
      throw invalid(`cycle detected; ${describe([...path.slice(path.indexOf(name)), name])}`);
    for (const parent of graph.get(name) ?? []) visit(parent, [...path, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
}

function describe(cycle: readonly string[]): string {
  return cycle
    .slice(0, -1)
    .map((name, index) => `task "${name}" depends on "${cycle[index + 1]}"`)
    .join(', ');
}

function invalid(message: string): InvalidRunError {
  return new InvalidRunError(message, { path: 'spec.pipelineSpec.tasks', reason: 'PipelineInvalidGraph' });
}
