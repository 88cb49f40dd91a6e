import type { PipelineTask } from '../api.gen.ts';
import type { Problem } from '../problem.ts';
import { resultRefs } from './pipeline-task-texts.ts';

/** Build (pkg/reconciler/pipeline/dag/dag.go), with the whole of the cycle and every unknown task. */
export function graphProblems(tasks: readonly PipelineTask[], path: string): readonly Problem[] {
  const dependencies = new Map(tasks.map((task) => [task.name ?? '', dependenciesOf(task)]));
  const cycle = findCycle(dependencies);
  if (cycle) {
    const [first, second] = cycle;
    const index = tasks.findIndex(({ name = '' }) => name === first);
    const message = `invalid value: cycle detected; task "${first}" depends on "${second}" (${cycle.join(' -> ')})`;
    return [{ path: `${path}[${index}]`, message }];
  }
  return tasks.flatMap((task, index) => unknownDependencies(task, dependencies, `${path}[${index}]`));
}

/** The names that a task waits for, by order or by result. */
export function dependenciesOf(task: PipelineTask): readonly string[] {
  const byResult = resultRefs(task).map(({ pipelineTask }) => pipelineTask);
  return [...new Set([...byResult, ...(task.runAfter ?? [])])].sort();
}

function unknownDependencies(
  task: PipelineTask,
  known: ReadonlyMap<string, unknown>,
  path: string,
): readonly Problem[] {
  const { name = '', runAfter = [] } = task;
  return dependenciesOf(task)
    .filter((dependency) => !known.has(dependency))
    .map((dependency) => ({
      path: runAfter.includes(dependency) ? `${path}.runAfter[${runAfter.indexOf(dependency)}]` : path,
      message: `invalid value: couldn't add link between ${name} and ${dependency}: task ${name} depends on ${dependency} but ${dependency} wasn't present in Pipeline`,
    }));
}

/** The names along a cycle, the first of them again at the end. */
function findCycle(dependencies: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const stuck = unorderable(dependencies);
  const trail: string[] = [];
  let name = [...stuck.keys()].sort()[0];
  while (name !== undefined && !trail.includes(name)) {
    trail.push(name);
    name = stuck.get(name)?.find((dependency) => stuck.has(dependency));
  }
  return name === undefined ? undefined : [...trail.slice(trail.indexOf(name)), name];
}

/** What is left of a graph when everything is taken away that waits for nothing, again and again (Kahn). */
function unorderable(
  dependencies: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const left = new Map(dependencies);
  const waiting = new Map<string, number>();
  const children = new Map<string, string[]>();
  for (const [name, parents] of dependencies) {
    const known = parents.filter((parent) => dependencies.has(parent));
    waiting.set(name, known.length);
    for (const parent of known) children.set(parent, [...(children.get(parent) ?? []), name]);
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
