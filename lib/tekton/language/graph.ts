// A port of pkg/reconciler/pipeline/dag/dag.go: the order of a pipeline's tasks.
import type { PipelineTask } from '../objects/api.gen.ts';
import { resultRefs } from './results.ts';

/** The names of the tasks that each task waits for. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Why tasks have no order, in the words of Build. */
export interface GraphProblem {
  /** The task that it is said of. */
  readonly task: string;
  /** What that one waits for and is not there. */
  readonly unknown?: string;
  readonly message: string;
}

export function graphOf(tasks: readonly PipelineTask[]): Graph {
  return new Map(tasks.map((task) => [task.name ?? '', dependenciesOf(task)]));
}

/** The names that a task waits for, by order or by result. */
function dependenciesOf(task: PipelineTask): readonly string[] {
  const byResult = resultRefs(task).map(({ pipelineTask }) => pipelineTask);
  return [...new Set([...byResult, ...(task.runAfter ?? [])])].sort();
}

/** A cycle, with the whole of it in addition, else every unknown task. */
export function graphProblems(graph: Graph): readonly GraphProblem[] {
  const stuck = unorderable(graph);
  const [task] = [...stuck.keys()].sort();
  if (task !== undefined) {
    const parents = stuck.get(task)?.filter((parent) => stuck.has(parent)) ?? [];
    const waits = `task "${task}" depends on ${parents.map((parent) => `"${parent}"`).join(', ')}`;
    return [{ task, message: `cycle detected; ${waits} (${cycleFrom(task, stuck).join(' -> ')})` }];
  }
  return Array.from(graph, ([task, parents]) =>
    parents
      .filter((parent) => !graph.has(parent))
      .map((unknown) => ({
        task,
        unknown,
        message: `couldn't add link between ${task} and ${unknown}: task ${task} depends on ${unknown} but ${unknown} wasn't present in Pipeline`,
      })),
  ).flat();
}

/** The names along the cycle that a task leads into, the first of them again at the end. */
function cycleFrom(first: string, stuck: Graph): readonly string[] {
  const trail: string[] = [];
  let name = first;
  while (!trail.includes(name)) {
    trail.push(name);
    name = stuck.get(name)?.find((parent) => stuck.has(parent)) ?? '';
  }
  return [...trail.slice(trail.indexOf(name)), name];
}

/** What is left of a graph when everything is taken away that waits for nothing, again and again (Kahn). */
function unorderable(graph: Graph): Graph {
  const left = new Map(graph);
  const waiting = new Map<string, number>();
  const children = new Map<string, string[]>();
  for (const [name, parents] of graph) {
    const known = parents.filter((parent) => graph.has(parent));
    waiting.set(name, known.length);
    for (const parent of known) {
      const list = children.get(parent) ?? [];
      children.set(parent, list);
      list.push(name);
    }
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    left.delete(name);
    for (const child of children.get(name) ?? []) {
      const count = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, count);
      if (count === 0) ready.push(child);
    }
  }
  return left;
}
